-- How often all sessions of the user were ended at once: a sign-in that began before the last of these comes to nothing.
ALTER TABLE app_user ADD COLUMN sessions_ended bigint NOT NULL DEFAULT 0;
-- As it was when the password was looked at.
ALTER TABLE login_challenge ADD COLUMN sessions_ended bigint NOT NULL DEFAULT 0;
