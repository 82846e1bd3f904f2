-- Sessions that somebody of the broker's opened as a client, and the tokens that open them. Times are epoch milliseconds.

ALTER TABLE session
  -- Who looks on as the client, as the CRM names them, and why. NULL for the client themselves.
  ADD COLUMN impersonated_by text,
  ADD COLUMN impersonation_reason text;

CREATE TABLE sso_token (
  jti         text   PRIMARY KEY,
  user_id     text   NOT NULL REFERENCES app_user ON DELETE CASCADE,
  admin_id    text   NOT NULL,
  reason      text   NOT NULL,
  -- The service or the member of staff that asked for it.
  issued_by   text   NOT NULL,
  expires_at  bigint NOT NULL,
  -- A token opens one session.
  consumed_at bigint
);
CREATE INDEX sso_token_by_expiry ON sso_token (expires_at);
