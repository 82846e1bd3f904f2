-- Keys of programs such as the CRM. Times are epoch milliseconds.

CREATE TABLE service_key (
  -- Stands in the key itself, so that a key can be named without being told.
  key_id       text   PRIMARY KEY,
  -- Whose key it is. A service has at most two that hold: the old one and the next, while one takes the place of the other.
  service      text   NOT NULL,
  -- SHA-256 of the whole key: whoever reads this table can use none of them.
  key_hash     text   NOT NULL,
  scopes       json   NOT NULL,
  -- Addresses and networks that it may be used from; empty for all.
  networks     json   NOT NULL,
  created_at   bigint NOT NULL,
  created_by   text   NOT NULL,
  expires_at   bigint,
  last_used_at bigint,
  revoked_at   bigint,
  revoked_by   text
);
CREATE INDEX service_key_by_service ON service_key (service);
