-- People who sign in, and their sessions. Times are epoch milliseconds.

CREATE TABLE app_user (
  user_id             text    PRIMARY KEY,
  -- As it was typed, and as it is looked up: lower case, Unicode NFKC.
  email               text    NOT NULL,
  email_key           text    NOT NULL UNIQUE,
  name                text,
  role                text    NOT NULL CHECK (role IN ('client', 'support', 'risk', 'operator', 'admin')),
  -- PHC string; parameters and salt are in it.
  password_hash       text    NOT NULL,
  -- Wrong passwords in a row, whatever address they came from.
  failed_logins       integer NOT NULL DEFAULT 0,
  last_failed_at      bigint  NOT NULL DEFAULT 0,
  -- The account that registration opens; known before it is opened, so that a crash in between opens it once. NULL for staff.
  first_account_id    text,
  created_at          bigint  NOT NULL
);

CREATE TABLE session (
  -- SHA-256 of the id in the cookie: whoever reads this table can sign in with none of it.
  session_key  text   PRIMARY KEY,
  user_id      text   NOT NULL REFERENCES app_user ON DELETE CASCADE,
  created_at   bigint NOT NULL,
  last_used_at bigint NOT NULL,
  expires_at   bigint NOT NULL,
  ip           text   NOT NULL,
  user_agent   text   NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_by_expiry ON session (expires_at);

-- Accounts that staff opened under an Idempotency-Key: the same key is the same account.
CREATE TABLE account_opening (
  request_key text PRIMARY KEY,
  account_id  text NOT NULL
);
