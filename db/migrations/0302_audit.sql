-- Who did what. Append-only, hash-chained; and the same for the other tables that are the record of what happened.

CREATE TABLE audit_entry (
  -- Without gaps.
  sequence   bigint PRIMARY KEY,
  -- json, not jsonb: kept to the letter, because the hash covers the text.
  data       json   NOT NULL,
  -- sha256 of the hash before, the sequence and the text of data.
  hash       text   NOT NULL,
  -- For filters; drawn from data, so that they cannot differ from what was hashed.
  at         bigint NOT NULL GENERATED ALWAYS AS ((data ->> 'at')::bigint) STORED,
  action     text   NOT NULL GENERATED ALWAYS AS (data ->> 'action') STORED,
  outcome    text   NOT NULL GENERATED ALWAYS AS (data ->> 'outcome') STORED,
  actor_id   text   GENERATED ALWAYS AS (data ->> 'actorId') STORED,
  subject    text   GENERATED ALWAYS AS (data ->> 'subject') STORED,
  ip         text   NOT NULL GENERATED ALWAYS AS (data ->> 'ip') STORED
);
CREATE INDEX audit_entry_by_actor ON audit_entry (actor_id, sequence);
CREATE INDEX audit_entry_by_subject ON audit_entry (subject, sequence);
CREATE INDEX audit_entry_by_action ON audit_entry (action, sequence);

-- Whoever the program connects as, what happened stays: a row of these tables is written once.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
  RAISE EXCEPTION '% of % is refused: it is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$refuse$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account_ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON configuration FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
