/** Migrations: the SQL files of db/migrations/, in order, each once and in a transaction. Forward only. */
import { readdir, readFile } from "node:fs/promises"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { PgMigrator } from "@effect/sql-pg"
import { Effect } from "effect"
import { Migrator, SqlClient } from "effect/sql"

const folder = path.dirname(fileURLToPath(import.meta.resolve("#db/migrations/0001_journal.sql")))
const FILE_NAME = /^(\d{4})_(\w+)\.sql$/

/** The wire protocol takes one statement at a time; a DO block runs a file of many as one. */
const asOneStatement = (file: string): string => `DO $migration$ BEGIN EXECUTE $file$${file}$file$; END $migration$`

const migration = (name: string) => {
  const match = FILE_NAME.exec(name)
  if (match === null) throw new Error(`db/migrations/${name} is not named like 0001_words.sql`)
  const load = Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const file = yield* Effect.promise(() => readFile(path.join(folder, name), "utf8"))
    return sql.unsafe(asOneStatement(file))
  })
  return [Number(match[1]), match[2] ?? "", load] as const
}

const loader: Migrator.Loader = Effect.tryPromise({
  try: async () =>
    (await readdir(folder))
      .filter((name) => name.endsWith(".sql"))
      .toSorted()
      .map(migration),
  catch: (cause) => new Migrator.MigrationError({ kind: "ImportError", message: "db/migrations cannot be read", cause })
})

/** Brings the database to this program's schema. */
export const migrate = PgMigrator.run({ loader, table: "schema_migration" })
