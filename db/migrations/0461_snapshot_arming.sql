-- What a sleeping account had armed in its snapshot's state, so that a start arms it without rebuilding it. Empty: it is computed.
ALTER TABLE snapshot
  ADD COLUMN arming bytea,
  -- The configuration that it was computed under: it does not count under another.
  ADD COLUMN configuration_version bigint;
