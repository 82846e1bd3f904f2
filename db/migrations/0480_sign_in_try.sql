-- Tries at the password of an e-mail address, known here or not, counted over all nodes. Unlogged: a crash of the database gives one more quota,
-- and the count in app_user goes on.
CREATE UNLOGGED TABLE sign_in_try (
  email_key text   PRIMARY KEY,
  -- When the whole quota is back, in epoch milliseconds: each try puts it off by its share of the window.
  full_at   bigint NOT NULL
);
CREATE INDEX sign_in_try_full_at ON sign_in_try (full_at);
