-- The journal: every event of every account, once, in order. The only truth about accounts; all other tables can be rebuilt from it.

-- Who may append. Opening an account raises its epoch; an append must carry the current one and follow the last sequence.
CREATE TABLE account_owner (
  account_id    text   PRIMARY KEY,
  epoch         bigint NOT NULL,
  last_sequence bigint NOT NULL
);

CREATE TABLE journal (
  account_id     text        NOT NULL,
  sequence       bigint      NOT NULL,
  epoch          bigint      NOT NULL,
  type           text        NOT NULL,
  -- Version of the event's schema; old ones decode for ever.
  schema_version smallint    NOT NULL,
  -- json, not jsonb: kept to the letter, because the hash covers the text.
  data           json        NOT NULL,
  -- sha256 of the hash before, the sequence and the text of data.
  hash           text        NOT NULL,
  command_id     text,
  origin         json        NOT NULL,
  recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, sequence)
);

-- Done commands: the same command again gets the same answer.
CREATE TABLE receipt (
  account_id     text        NOT NULL,
  command_id     text        NOT NULL,
  body_hash      text        NOT NULL,
  first_sequence bigint      NOT NULL,
  last_sequence  bigint      NOT NULL,
  rejection      json,
  recorded_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, command_id)
);

-- One per account, the newest. Derived; may be deleted at any time.
CREATE TABLE snapshot (
  account_id     text     PRIMARY KEY,
  sequence       bigint   NOT NULL,
  schema_version smallint NOT NULL,
  hash           text     NOT NULL,
  state          bytea    NOT NULL,
  -- sha256 of state.
  checksum       text     NOT NULL
);

-- What the outside is to be told. A message's id is for ever (account_id, sequence); its body is read from the journal.
CREATE TABLE outbox (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id   text   NOT NULL,
  sequence     bigint NOT NULL,
  type         text   NOT NULL,
  delivered_at timestamptz,
  UNIQUE (account_id, sequence)
);
CREATE INDEX outbox_undelivered ON outbox (id) WHERE delivered_at IS NULL;

-- Account numbers as clients see them.
CREATE SEQUENCE account_number START 100001;

-- Every version of the configuration; the newest is in force.
CREATE TABLE configuration (
  version       bigint      PRIMARY KEY,
  change        json        NOT NULL,
  configuration json        NOT NULL,
  origin        json        NOT NULL,
  recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
