-- The clock of trading where it was moved; used outside production only. Without a row it is the system's.
CREATE TABLE trading_clock (
  single  boolean PRIMARY KEY DEFAULT true CHECK (single),
  version bigint  NOT NULL,
  state   json    NOT NULL
);
