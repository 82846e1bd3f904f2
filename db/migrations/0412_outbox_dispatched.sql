-- A replay of a recent range looks at recent rows. Partial: an append pays nothing for it.
CREATE INDEX outbox_dispatched ON outbox (dispatched_at) WHERE dispatched_at IS NOT NULL;
