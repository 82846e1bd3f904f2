-- How each person likes the page: one row, replaced as a whole. The server reads none of it.
CREATE TABLE preferences (
  user_id    text    PRIMARY KEY REFERENCES app_user (user_id) ON DELETE CASCADE,
  -- Counts the changes; a change names the version that it was made from.
  version    integer NOT NULL CHECK (version > 0),
  -- Text by name.
  entries    jsonb   NOT NULL
);
