-- Confirmed addresses, links in mails, two-factor sign-in. Times are epoch milliseconds.

ALTER TABLE app_user ADD COLUMN email_verified_at bigint;

CREATE TABLE email_link (
  -- SHA-256 of the token in the link.
  token_hash text   PRIMARY KEY,
  user_id    text   NOT NULL REFERENCES app_user ON DELETE CASCADE,
  purpose    text   NOT NULL CHECK (purpose IN ('verifyEmail', 'resetPassword', 'changeEmail')),
  -- The address that the link was mailed to.
  email      text   NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  -- A new link of one purpose takes the place of the one before.
  UNIQUE (user_id, purpose)
);

CREATE TABLE two_factor (
  user_id      text   PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
  -- Sealed with a key drawn from SESSION_SECRET.
  secret       text   NOT NULL,
  -- NULL while it is being set up.
  confirmed_at bigint,
  -- The newest time step whose code was accepted; none at or before it is accepted again.
  last_step    bigint NOT NULL DEFAULT 0
);

CREATE TABLE backup_code (
  user_id   text NOT NULL REFERENCES two_factor ON DELETE CASCADE,
  -- HMAC with a key drawn from SESSION_SECRET. A used code's row is deleted.
  code_hash text NOT NULL,
  PRIMARY KEY (user_id, code_hash)
);

-- Sign-ins whose password was right and whose code is awaited.
CREATE TABLE login_challenge (
  -- SHA-256 of the challenge that the client holds.
  challenge_hash text    PRIMARY KEY,
  user_id        text    NOT NULL REFERENCES app_user ON DELETE CASCADE,
  expires_at     bigint  NOT NULL,
  attempts       integer NOT NULL DEFAULT 0
);
CREATE INDEX login_challenge_by_user ON login_challenge (user_id);
