-- Deposits and withdrawals: what clients asked for, and every step that was taken. Money itself is in the accounts' journals. Times are epoch milliseconds.

-- Every version of methods and limits; the newest is in force.
CREATE TABLE funding_conditions (
  version     bigint      PRIMARY KEY,
  conditions  json        NOT NULL,
  changed_by  text        NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON funding_conditions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE SEQUENCE funding_request_number START 100001;

CREATE TABLE funding_request (
  number          bigint  PRIMARY KEY,
  -- "D" or "W" and the number: what people quote, and the reference of the booking.
  request_id      text    NOT NULL UNIQUE,
  kind            text    NOT NULL CHECK (kind IN ('deposit', 'withdrawal')),
  account_id      text    NOT NULL,
  client_id       text    NOT NULL,
  method          text    NOT NULL,
  amount          numeric NOT NULL,
  currency        text    NOT NULL,
  details         json    NOT NULL,
  status          text    NOT NULL CHECK (status IN ('requested', 'processing', 'approved', 'declined', 'canceled', 'failed')),
  approved_amount numeric,
  -- Of the last decision that gave one.
  reason          text,
  -- False until a withdrawal's amount is held back: before, nobody is told of it.
  opened          boolean NOT NULL,
  -- The step that was decided and is not yet known to be done in the account: whoever finds it finishes it.
  pending_step    integer,
  -- The client's Idempotency-Key, and the hash of what was asked under it.
  request_key     text    NOT NULL,
  body_hash       text    NOT NULL,
  requested_at    bigint  NOT NULL,
  updated_at      bigint  NOT NULL,
  UNIQUE (account_id, request_key)
);
CREATE INDEX funding_request_by_account ON funding_request (account_id, kind, number);
CREATE INDEX funding_request_by_status ON funding_request (kind, status, number);
CREATE INDEX funding_request_pending ON funding_request (number) WHERE pending_step IS NOT NULL;

-- Step 0 is the request; each decision is another one. A step's name in the account is "<request_id> <number>", so that it is done there once.
CREATE TABLE funding_step (
  request_id  text    NOT NULL REFERENCES funding_request (request_id),
  number      integer NOT NULL,
  -- What the request becomes by it.
  status      text    NOT NULL,
  amount      numeric NOT NULL,
  reason      text,
  -- Who decided, as it stands in the account's journal.
  origin      json    NOT NULL,
  -- The Idempotency-Key of the decision.
  step_key    text,
  begun_at    bigint  NOT NULL,
  finished_at bigint,
  -- Why the account refused it; such a step changed nothing.
  refusal     json,
  PRIMARY KEY (request_id, number),
  UNIQUE (request_id, step_key)
);

CREATE FUNCTION refuse_change_of_finished() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% of % is refused: a step is finished once and then stays', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$refuse$;
CREATE TRIGGER finished_once BEFORE UPDATE OR DELETE ON funding_step FOR EACH ROW EXECUTE FUNCTION refuse_change_of_finished();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON funding_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
