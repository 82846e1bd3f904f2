-- Who is told of events, and what became of each telling. Times are epoch milliseconds.

CREATE TABLE webhook_endpoint (
  endpoint_id          text    PRIMARY KEY,
  url                  text    NOT NULL,
  description          text    NOT NULL,
  -- JSON array of event types; empty for all.
  types                jsonb   NOT NULL,
  enabled              boolean NOT NULL,
  -- Why it is not enabled: staff, gone (it answered 410), failing (no success for days).
  disabled_reason      text,
  created_at           bigint  NOT NULL,
  created_by           text    NOT NULL,
  updated_at           bigint  NOT NULL,
  -- The circuit breaker: failures in a row, since when, and until when nothing is sent.
  failures_in_a_row    integer NOT NULL DEFAULT 0,
  failing_since        bigint,
  paused_until         bigint,
  last_success_at      bigint
);

-- Keys that sign what is sent to an endpoint; while one takes the place of the other, both do.
CREATE TABLE webhook_secret (
  secret_id   text   PRIMARY KEY,
  endpoint_id text   NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
  -- Encrypted under a key drawn from SESSION_SECRET, bound to secret_id.
  sealed      text   NOT NULL,
  created_at  bigint NOT NULL,
  -- Of the newest: null.
  expires_at  bigint
);
CREATE INDEX webhook_secret_by_endpoint ON webhook_secret (endpoint_id);

-- One event for one endpoint. The order of delivery_id is the order of sending within a stream.
CREATE TABLE webhook_delivery (
  delivery_id bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint_id text     NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
  outbox_id   bigint   NOT NULL,
  -- account:<id> or user:<id>: what is delivered in order.
  stream      text     NOT NULL,
  type        text     NOT NULL,
  -- pending, delivered, or dead: given up, until somebody asks for it again.
  status      text     NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'dead')),
  attempts    integer  NOT NULL DEFAULT 0,
  created_at  bigint   NOT NULL,
  finished_at bigint
);
CREATE INDEX webhook_delivery_pending ON webhook_delivery (endpoint_id, stream, delivery_id) WHERE status = 'pending';
CREATE INDEX webhook_delivery_by_endpoint ON webhook_delivery (endpoint_id, delivery_id);
CREATE INDEX webhook_delivery_dead ON webhook_delivery (endpoint_id, delivery_id) WHERE status = 'dead';
CREATE INDEX webhook_delivery_of_event ON webhook_delivery (outbox_id, endpoint_id);
CREATE INDEX webhook_delivery_finished ON webhook_delivery (finished_at) WHERE status = 'delivered';

-- What of an endpoint's streams waits, and until when: the scheduler's view of webhook_delivery.
CREATE TABLE webhook_stream (
  endpoint_id text    NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
  stream      text    NOT NULL,
  pending     integer NOT NULL,
  due_at      bigint  NOT NULL,
  PRIMARY KEY (endpoint_id, stream)
);
CREATE INDEX webhook_stream_due ON webhook_stream (endpoint_id, due_at) WHERE pending > 0;

-- The delivery log.
CREATE TABLE webhook_attempt (
  attempt_id      bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint_id     text    NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
  -- Null for a test event, which waits for nobody.
  delivery_id     bigint  REFERENCES webhook_delivery ON DELETE CASCADE,
  at              bigint  NOT NULL,
  duration_millis integer NOT NULL,
  -- Of the answer; null without one.
  status          integer,
  -- Why there was no answer.
  failure         text,
  -- Its first bytes.
  answer          text    NOT NULL
);
CREATE INDEX webhook_attempt_by_delivery ON webhook_attempt (delivery_id, attempt_id);
CREATE INDEX webhook_attempt_by_endpoint ON webhook_attempt (endpoint_id, attempt_id);
CREATE INDEX webhook_attempt_by_time ON webhook_attempt (at);
