-- Users as the CRM knows them, answers to its requests, and the order in which it is told of changes. Times are epoch milliseconds.

-- The user's id in the CRM.
ALTER TABLE app_user ADD COLUMN external_id text UNIQUE;

-- Requests of programs that carried an Idempotency-Key: the same again gets the same answer.
CREATE TABLE service_request (
  service     text    NOT NULL,
  request_key text    NOT NULL,
  -- SHA-256 of method, path and body: the key is good for this one request.
  body_hash   text    NOT NULL,
  -- Since when somebody is at it; another may take over what was begun and not answered.
  begun_at    bigint  NOT NULL,
  answer      json,
  PRIMARY KEY (service, request_key)
);
CREATE INDEX service_request_by_age ON service_request (begun_at);

-- The place of an event among all changes. Given after the commit, by one at a time: whoever has read up to a number has missed none below it,
-- which the outbox's own id does not promise, because transactions do not end in the order in which they took their ids.
ALTER TABLE outbox ADD COLUMN change_number bigint UNIQUE;
CREATE INDEX outbox_unnumbered ON outbox (id) WHERE change_number IS NULL;
