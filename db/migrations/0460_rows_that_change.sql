-- Rows that almost every commit changes leave room for their next versions on their page: such an update touches no index.
ALTER TABLE account_owner SET (fillfactor = 60);
ALTER TABLE account SET (fillfactor = 60);
ALTER TABLE account_position SET (fillfactor = 80);
