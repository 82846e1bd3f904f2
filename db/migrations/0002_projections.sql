-- Read tables, written in the transaction of the events they come from. `data` is the row as domain JSON, the other columns are for filters and pages.

CREATE TABLE account (
  account_id text    PRIMARY KEY,
  client_id  text    NOT NULL,
  currency   text    NOT NULL,
  mode       text    NOT NULL,
  group_name text    NOT NULL,
  leverage   integer NOT NULL,
  version    bigint  NOT NULL,
  balance    numeric NOT NULL,
  credit     numeric NOT NULL,
  -- Has an open position or a pending order: must be armed on some node.
  exposed    boolean NOT NULL,
  opened_at  bigint  NOT NULL
);
CREATE INDEX account_by_client ON account (client_id, account_id);
CREATE INDEX account_exposed ON account (account_id) WHERE exposed;

CREATE TABLE account_order (
  account_id text   NOT NULL,
  number     bigint NOT NULL,
  symbol     text   NOT NULL,
  status     text   NOT NULL,
  data       json   NOT NULL,
  PRIMARY KEY (account_id, number)
);
CREATE INDEX account_order_by_status ON account_order (account_id, status, number);

CREATE TABLE account_position (
  account_id      text    NOT NULL,
  number          bigint  NOT NULL,
  symbol          text    NOT NULL,
  side            text    NOT NULL,
  status          text    NOT NULL,
  -- Sum over all closing fills so far.
  realized_profit numeric NOT NULL,
  data            json    NOT NULL,
  PRIMARY KEY (account_id, number)
);
CREATE INDEX account_position_by_status ON account_position (account_id, status, number);

CREATE TABLE account_trade (
  account_id  text   NOT NULL,
  number      bigint NOT NULL,
  position_id text   NOT NULL,
  symbol      text   NOT NULL,
  data        json   NOT NULL,
  PRIMARY KEY (account_id, number)
);
CREATE INDEX account_trade_by_position ON account_trade (account_id, position_id, number);

CREATE TABLE account_ledger_entry (
  account_id text    NOT NULL,
  number     bigint  NOT NULL,
  kind       text    NOT NULL,
  amount     numeric NOT NULL,
  reference  text,
  data       json    NOT NULL,
  PRIMARY KEY (account_id, number)
);
