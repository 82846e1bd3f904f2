-- The outbox takes events that no account's journal has: of users, of their documents, of deposits and withdrawals. Those keep id and body here;
-- an account's event is still (account_id, sequence), its body in the journal.
ALTER TABLE outbox ALTER COLUMN account_id DROP NOT NULL, ALTER COLUMN sequence DROP NOT NULL;
ALTER TABLE outbox
  -- The id for ever of an event that is not the journal's.
  ADD COLUMN own_id text UNIQUE,
  -- Whom it is about; their events are delivered in order, as an account's are.
  ADD COLUMN user_id text,
  ADD COLUMN occurred_at timestamptz,
  -- json: the very text of the body's data.
  ADD COLUMN data json,
  ADD CONSTRAINT outbox_source CHECK ((own_id IS NULL) = (sequence IS NOT NULL) AND (own_id IS NULL) = (data IS NULL)
    AND (account_id IS NOT NULL OR user_id IS NOT NULL));
ALTER TABLE outbox RENAME COLUMN delivered_at TO dispatched_at;
ALTER INDEX outbox_undelivered RENAME TO outbox_undispatched;
