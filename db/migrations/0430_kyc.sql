-- Documents by which clients prove who they are. Their files are in the object store, under keys that only these tables know. Times are epoch
-- milliseconds.

-- One row per client who ever asked for an upload; locked by everything that changes the client's documents.
CREATE TABLE kyc_client (
  user_id text PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
  -- As the CRM was last told.
  status  text NOT NULL DEFAULT 'notStarted' CHECK (status IN ('notStarted', 'pending', 'approved', 'rejected', 'expired'))
);

-- Permissions to upload one file. Kept for a day: they are counted.
CREATE TABLE kyc_upload (
  upload_id    text    PRIMARY KEY,
  user_id      text    NOT NULL REFERENCES kyc_client ON DELETE CASCADE,
  kind         text    NOT NULL,
  side         text    NOT NULL,
  object_key   text    NOT NULL UNIQUE,
  content_type text    NOT NULL,
  bytes        integer NOT NULL,
  created_at   bigint  NOT NULL,
  -- Until then it may be confirmed.
  confirm_by   bigint  NOT NULL,
  -- NULL while it is under way.
  outcome      text    CHECK (outcome IN ('confirmed', 'refused', 'canceled')),
  refusal      text,
  document_id  text,
  CHECK ((outcome = 'refused') = (refusal IS NOT NULL) AND (outcome = 'confirmed') = (document_id IS NOT NULL))
);
CREATE INDEX kyc_upload_by_user ON kyc_upload (user_id, created_at);
CREATE INDEX kyc_upload_by_age ON kyc_upload (created_at);

CREATE TABLE kyc_document (
  document_id  text   PRIMARY KEY,
  -- In the order in which they came, for pages.
  number       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  user_id      text   NOT NULL REFERENCES kyc_client ON DELETE CASCADE,
  kind         text   NOT NULL,
  state        text   NOT NULL
    CHECK (state IN ('pendingUpload', 'submitted', 'inReview', 'approved', 'rejected', 'expired', 'canceled')),
  created_at   bigint NOT NULL,
  submitted_at bigint,
  decided_at   bigint,
  decided_by   text,
  rejection    text,
  comment      text,
  issued_on    date,
  expires_on   date,
  -- The approval's end; NULL for never.
  valid_until  bigint,
  CHECK (state NOT IN ('approved', 'rejected', 'expired') OR (decided_at IS NOT NULL AND decided_by IS NOT NULL)),
  CHECK ((state = 'rejected') = (rejection IS NOT NULL))
);
-- One at a time of each kind.
CREATE UNIQUE INDEX kyc_document_open ON kyc_document (user_id, kind) WHERE state IN ('pendingUpload', 'submitted', 'inReview');
CREATE INDEX kyc_document_by_user ON kyc_document (user_id, number);
CREATE INDEX kyc_document_by_state ON kyc_document (state, number);
CREATE INDEX kyc_document_to_expire ON kyc_document (valid_until) WHERE state = 'approved';

-- A row is written after its object.
CREATE TABLE kyc_file (
  document_id  text    NOT NULL REFERENCES kyc_document ON DELETE CASCADE,
  side         text    NOT NULL,
  object_key   text    NOT NULL UNIQUE,
  content_type text    NOT NULL,
  bytes        integer NOT NULL,
  sha256       text    NOT NULL,
  uploaded_at  bigint  NOT NULL,
  PRIMARY KEY (document_id, side)
);
