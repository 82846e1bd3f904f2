-- A role for the program that owns nothing: what happened stays, whatever the program does. Run once by the owner of the database, after the
-- owner has started each new version for its migrations. `:password` is psql's; needs PostgreSQL 17 for MAINTAIN (before, leave configuration out).
CREATE ROLE keel_app LOGIN PASSWORD :'password';
GRANT USAGE, CREATE ON SCHEMA public TO keel_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO keel_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO keel_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO keel_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO keel_app;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, journal, receipt, account_ledger_entry, configuration, funding_conditions FROM keel_app;
REVOKE DELETE, TRUNCATE ON funding_request, funding_step FROM keel_app;
-- Writing a new version of the configuration locks the table.
GRANT MAINTAIN ON configuration TO keel_app;
