/** Database: the connection pool and the schema. Built once; everything in db/ stands on it. */
import { migrate } from "#db/Migrations.ts"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { PgClient } from "@effect/sql-pg"
import { Layer, type Redacted } from "effect"

/** Enough for readers beside the journal's one writer, the cluster's lock session and the announcements. */
const CONNECTIONS_MAX = 20

/** A statement that waits longer than this for a lock, or runs longer, is a fault: it fails instead of holding others up. */
const startupParameters = {
  statement_timeout: "15000",
  lock_timeout: "5000",
  idle_in_transaction_session_timeout: "15000"
}

export const makeDatabase = (url: Redacted.Redacted) =>
  Layer.effectDiscard(migrate).pipe(
    Layer.provide(NodeServices.layer),
    Layer.provideMerge(
      PgClient.layer({ url, applicationName: "keel", maxConnections: CONNECTIONS_MAX, connectTimeout: "5 seconds", startupParameters })
    )
  )
