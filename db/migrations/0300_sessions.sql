-- Sessions with a short-lived access id and rotating refresh ids; accounts that staff block. Sessions of before are over: people sign in again.

ALTER TABLE app_user ADD COLUMN blocked_at bigint;
-- In the order in which they came, for pages.
ALTER TABLE app_user ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE;

DROP TABLE session;
CREATE TABLE session (
  -- Names the session, in lists and to streams; signs nobody in.
  session_key          text   PRIMARY KEY,
  user_id              text   NOT NULL REFERENCES app_user ON DELETE CASCADE,
  created_at           bigint NOT NULL,
  last_used_at         bigint NOT NULL,
  expires_at           bigint NOT NULL,
  ip                   text   NOT NULL,
  user_agent           text   NOT NULL,
  -- SHA-256 of the id in the cookie: whoever reads this table can sign in with none of it.
  access_hash          text   NOT NULL UNIQUE,
  access_until         bigint NOT NULL,
  -- The id before the last refresh, for requests that were under way.
  previous_hash        text   UNIQUE,
  previous_until       bigint NOT NULL DEFAULT 0
);
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_by_expiry ON session (expires_at);

-- Every refresh id that a session had: one that comes back after it was exchanged was stolen, or its successor was.
CREATE TABLE refresh_id (
  refresh_hash text   PRIMARY KEY,
  session_key  text   NOT NULL REFERENCES session ON DELETE CASCADE,
  exchanged_at bigint
);
CREATE INDEX refresh_id_by_session ON refresh_id (session_key);
