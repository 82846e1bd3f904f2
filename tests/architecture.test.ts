/** The rules of tests/architecture/zones.ts hold for every source file; and each rule can be broken. */
import { readFileSync, readdirSync } from "node:fs"
import path from "node:path"
import { describe, expect, it } from "vitest"
import { violations, zoneOf } from "./architecture/violations.ts"

const root = path.dirname(import.meta.dirname)
const folders = ["domain", "contract", "actors", "db", "server", "web", "simulator", "dev", "bench", "tests"]

const sourceFiles = (): ReadonlyMap<string, string> => {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => path.posix.join(folder, file))
  )
  const sources = files.filter((file) => /\.tsx?$/.test(file) && !file.includes("/dist/"))
  return new Map(sources.map((file) => [file, readFileSync(path.join(root, file), "utf8")]))
}

const manifest: { readonly dependencies: Record<string, string> } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"))
const packages = { production: Object.keys(manifest.dependencies) }

it("every source file keeps to its zone", () => {
  const sources = sourceFiles()
  expect(sources.size).toBeGreaterThan(50)
  expect(violations(sources, packages)).toEqual([])
})

/** What others may import, so that only the planted file can be wrong. */
const neighbors = {
  "domain/Quote.ts": "export const quote = 1",
  "contract/Api.ts": 'import { quote } from "#domain/Quote.ts"\nexport const api = quote',
  "actors/Journal.ts": 'import { Context } from "effect"\nexport const journal = Context',
  "actors/account/decide.ts": 'import { quote } from "#domain/Quote.ts"\nexport const decide = quote',
  "actors/account/AccountActor.ts": 'import { decide } from "./decide.ts"\nexport const actor = decide',
  "db/PgJournal.ts": 'import { journal } from "#actors/Journal.ts"\nexport const pgJournal = journal',
  "server/api/Trading.ts": 'import { api } from "#contract/Api.ts"\nexport const trading = api',
  "simulator/main.ts": "export const started = Date.now()",
  "web/state/store.ts": 'import { createStore } from "jotai"\nexport const store = createStore()',
  "web/ui/button.tsx": 'import { useState } from "react"\nexport const Button = () => useState(0)',
  "dev/Child.ts": "export const child = process.env"
}

const planted = (file: string, source: string): ReadonlyArray<string> =>
  violations(new Map(Object.entries({ ...neighbors, [file]: source })), { production: ["effect", "react", "ws"] })

describe("keeps to its zone", () => {
  it.each<[string, string, string]>([
    ["nothing but neighbors", "domain/Empty.ts", ""],
    ["Schema in the domain", "domain/Order.ts", 'import { Schema } from "effect"'],
    ["machines in a core", "actors/account/machines/order.ts", 'import { setup } from "xstate"'],
    ["a type of a port in a core", "actors/account/evolve.ts", 'import { type journal } from "#actors/Journal.ts"'],
    ["a date from a number", "domain/Day.ts", "export const day = (millis: number) => new Date(millis)"],
    ["the cluster in a shell", "actors/account/AccountActor.ts", 'import { Entity } from "effect/cluster"'],
    ["the environment in the settings", "server/Config.ts", "export const env = process.env"],
    ["the clock in a test", "domain/Quote.test.ts", 'import { vi } from "vitest"\nDate.now()'],
    ["a style sheet", "web/main.tsx", 'import "./styles.css"']
  ])("%s", (_, file, source) => {
    expect(planted(file, source)).toEqual([])
  })
})

describe("is found out", () => {
  it.each<[string, string, string, string]>([
    ["a file in no zone", "misc/helpers.ts", "", "misc/helpers.ts: no zone lists it"],
    [
      "the domain importing the contract",
      "domain/Order.ts",
      'import { api } from "#contract/Api.ts"',
      "domain/Order.ts (domain): imports contract/Api.ts (contract)"
    ],
    [
      "a type of an actor in the contract",
      "contract/Views.ts",
      'import type { decide } from "#actors/account/decide.ts"',
      "contract/Views.ts (contract): imports actors/account/decide.ts (core)"
    ],
    [
      "a type named in place",
      "contract/Views.ts",
      'export type View = import("#actors/account/decide.ts").View',
      "contract/Views.ts (contract): imports actors/account/decide.ts (core)"
    ],
    [
      "a core calling a port",
      "actors/account/evolve.ts",
      'import { journal } from "#actors/Journal.ts"',
      "actors/account/evolve.ts (core): imports actors/Journal.ts (port)"
    ],
    [
      "a core importing its shell",
      "actors/account/evolve.ts",
      'import type { actor } from "#actors/account/AccountActor.ts"',
      "actors/account/evolve.ts (core): imports actors/account/AccountActor.ts (shell)"
    ],
    [
      "a core importing the cluster",
      "actors/account/evolve.ts",
      'import { Entity } from "effect/cluster"',
      "actors/account/evolve.ts (core): imports the package effect/cluster"
    ],
    [
      "a core running effects",
      "actors/account/evolve.ts",
      'import { Effect } from "effect"',
      "actors/account/evolve.ts (core): imports the service Effect of effect"
    ],
    [
      "a core taking all of effect",
      "actors/account/evolve.ts",
      'import * as Everything from "effect"',
      "actors/account/evolve.ts (core): imports all of effect: name what is used"
    ],
    [
      "a shell importing the database",
      "actors/account/AccountActor.ts",
      'import { pgJournal } from "#db/PgJournal.ts"',
      "actors/account/AccountActor.ts (shell): imports db/PgJournal.ts (db)"
    ],
    [
      "the database importing the server",
      "db/Users.ts",
      'import { trading } from "#server/api/Trading.ts"',
      "db/Users.ts (db): imports server/api/Trading.ts (server)"
    ],
    [
      "the product importing the simulator",
      "server/main.ts",
      'await import("#simulator/main.ts")',
      "server/main.ts (server): imports simulator/main.ts (simulator)"
    ],
    [
      "the product importing a development tool",
      "server/main.ts",
      'import { child } from "#dev/Child.ts"',
      "server/main.ts (server): imports dev/Child.ts (dev)"
    ],
    [
      "the product importing a package that production lacks",
      "server/main.ts",
      'import { it } from "vitest"',
      "server/main.ts (server): imports the package vitest"
    ],
    [
      "the browser importing an actor",
      "web/api/client.ts",
      'import { decide } from "#actors/account/decide.ts"',
      "web/api/client.ts (web api): imports actors/account/decide.ts (core)"
    ],
    [
      "jotai outside the state",
      "web/features/trade/Ticket.tsx",
      'import { atom } from "jotai"',
      "web/features/trade/Ticket.tsx (web): imports the package jotai"
    ],
    [
      "the chart library outside the chart",
      "web/features/trade/Ticket.tsx",
      'import { createChart } from "lightweight-charts"',
      "web/features/trade/Ticket.tsx (web): imports the package lightweight-charts"
    ],
    [
      "a long way round",
      "server/main.ts",
      'import { api } from "../contract/Api.ts"',
      "server/main.ts (server): imports contract/Api.ts as ../contract/Api.ts: use its # name"
    ],
    [
      "a file that is not there",
      "server/main.ts",
      'import { api } from "#contract/Apis.ts"',
      "server/main.ts (server): imports contract/Apis.ts, which is not there"
    ],
    [
      "a barrel",
      "contract/index.ts",
      'export * from "./Api.ts"',
      "contract/index.ts (contract): exports what is ./Api.ts's: import it there"
    ],
    [
      "a barrel with names",
      "contract/index.ts",
      'export { api } from "./Api.ts"',
      "contract/index.ts (contract): exports what is ./Api.ts's: import it there"
    ],
    [
      "a circle",
      "domain/Quote.ts",
      'import type { api } from "#contract/Api.ts"',
      "imports in a circle: domain/Quote.ts → contract/Api.ts → domain/Quote.ts"
    ],
    ["the clock in the domain", "domain/Day.ts", "export const day = Date.now()", "domain/Day.ts (domain): uses Date.now"],
    ["a date of now", "server/Clock.ts", "export const now = new Date()", "server/Clock.ts (server): uses new Date()"],
    ["a date as text", "server/Clock.ts", "export const now = Date()", "server/Clock.ts (server): uses Date()"],
    ["dice", "actors/account/decide.ts", "export const roll = Math.random()", "actors/account/decide.ts (core): uses Math.random"],
    [
      "an id out of nothing",
      "contract/Ids.ts",
      "export const id = crypto.randomUUID()",
      "contract/Ids.ts (contract): uses crypto.randomUUID"
    ],
    ["a stop-watch", "db/Timing.ts", "export const at = globalThis.performance.now()", "db/Timing.ts (db): uses performance.now"],
    ["the environment", "server/main.ts", 'export const port = process.env["PORT"]', "server/main.ts (server): uses process.env"],
    ["the environment by bracket", "db/Url.ts", 'export const url = process["env"].URL', "db/Url.ts (db): uses process.env"],
    ["the environment taken apart", "db/Url.ts", "export const { env } = process", "db/Url.ts (db): uses process.env"],
    ["the environment imported", "db/Url.ts", 'import { env } from "node:process"', "db/Url.ts (db): uses node:process"],
    ["a timer in the core", "actors/account/decide.ts", "setTimeout(() => 1, 1)", "actors/account/decide.ts (core): uses setTimeout"]
  ])("%s", (_, file, source, expected) => {
    expect(planted(file, source)).toContain(expected)
  })
})

it("puts a file into the first zone that lists it", () => {
  expect(
    ["domain/Quote.test.ts", "actors/account/decide/market.ts", "actors/feed/TwelveDataFeed.ts", "web/features/chart/Chart.tsx"].map(
      (file) => zoneOf(file)?.name
    )
  ).toEqual(["tests", "core", "shell", "chart"])
})
