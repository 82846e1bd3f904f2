-- A balance operation's reference books once for ever: an account remembers its newest ones, this index finds the others.
CREATE INDEX account_ledger_entry_by_reference ON account_ledger_entry (account_id, reference)
  WHERE kind IN ('deposit', 'withdrawal', 'creditIn', 'creditOut', 'correction');
