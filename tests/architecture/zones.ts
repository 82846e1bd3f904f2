/**
 * Who may import whom, and who may look at the clock. A file belongs to the first zone that lists it; what its zone does not name, it may
 * not do. docs/ARCHITECTURE.md says why.
 *
 *     domain ← contract ← web
 *     domain ← core ← shell ← db ← server        simulator, dev, bench, tests: never imported by the product
 */
export interface Zone {
  readonly name: string
  /** Patterns of paths: `*` within a folder, `**` through folders. */
  readonly files: ReadonlyArray<string>
  /** Zones whose files it may import. */
  readonly imports: ReadonlyArray<string>
  /** Zones whose types it may import, and nothing else. */
  readonly importsTypesOf?: ReadonlyArray<string>
  /** Packages it may import: `name`, or `name/*` for what is below it; `production` is every package that `dependencies` names. */
  readonly packages: ReadonlyArray<string> | "production" | "all"
  /**
   * pure: no clock, no randomness, no environment, no timers, no Effect services. clean: services, but clock, randomness and environment
   * as services only. free: anything.
   */
  readonly manners: "pure" | "clean" | "free"
}

const actors = ["core", "port", "shell"]
const product = ["domain", "contract", ...actors, "db", "outbox", "settings", "server"]
const browser = ["web", "web state", "web api", "chart"]

export const zones: ReadonlyArray<Zone> = [
  {
    name: "tests",
    files: ["**/*.test.ts", "**/*.test.tsx", "**/testing*.ts", "tests/**"],
    imports: [...product, "embedded database", ...browser, "simulator", "dev", "bench", "tests"],
    packages: "all",
    manners: "free"
  },
  { name: "domain", files: ["domain/**"], imports: ["domain"], packages: ["effect"], manners: "pure" },
  {
    name: "contract",
    files: ["contract/**"],
    imports: ["domain", "contract"],
    packages: ["effect", "effect/http-api", "openapi3-ts/*"],
    manners: "clean"
  },
  {
    // What an actor needs from elsewhere, said by itself; db/ and others fulfill it.
    name: "port",
    files: ["actors/*.ts", "actors/feed/Demand.ts", "actors/feed/MarketFeed.ts", "actors/symbol/Symbols.ts"],
    imports: ["domain", "core", "port"],
    packages: ["effect"],
    manners: "clean"
  },
  {
    name: "shell",
    files: [
      "actors/*/*Actor.ts",
      "actors/*/*Actors.ts",
      "actors/*/*Client.ts",
      "actors/*/*Codec.ts",
      "actors/*/*Guard.ts",
      "actors/*/*Protocol.ts",
      "actors/account/Mailbox.ts",
      "actors/account/ResidentAccounts.ts",
      "actors/account/WakeUps.ts",
      "actors/feed/TwelveDataFeed.ts",
      "actors/feed/UpstreamSocket.ts"
    ],
    imports: ["domain", ...actors],
    packages: ["effect", "effect/*", "msgpackr", "node:*", "ws"],
    manners: "clean"
  },
  {
    // Every other file of an actor: decides, evolves, calculates.
    name: "core",
    files: ["actors/**"],
    imports: ["domain", "core"],
    importsTypesOf: ["port"],
    packages: ["effect", "xstate"],
    manners: "pure"
  },
  {
    name: "embedded database",
    files: ["db/EmbeddedPostgres.ts", "db/PostgresPrograms.ts"],
    imports: ["embedded database"],
    packages: ["node:*"],
    manners: "free"
  },
  {
    // What it keeps is what crosses the wire.
    name: "outbox",
    files: ["db/Outbox.ts"],
    imports: ["domain", "contract", "db"],
    packages: "production",
    manners: "clean"
  },
  { name: "db", files: ["db/**"], imports: ["domain", ...actors, "db", "outbox"], packages: "production", manners: "clean" },
  {
    name: "settings",
    files: ["server/Config.ts", "server/ExitCode.ts", "server/Setting.ts", "server/configurationConflicts.ts", "server/settings.ts"],
    imports: ["settings"],
    packages: ["effect", "node:net"],
    manners: "free"
  },
  { name: "server", files: ["server/**"], imports: product, packages: "production", manners: "clean" },
  {
    // What reaches out of the browser's page: the server, and the clock.
    name: "web api",
    files: ["web/api/**", "web/state/clock.ts", "web/vite.config.ts"],
    imports: ["domain", "contract", ...browser],
    packages: ["effect", "effect/*", "node:url", "vite", "@vitejs/*", "@tailwindcss/*"],
    manners: "free"
  },
  {
    // The one place that knows jotai.
    name: "web state",
    files: ["web/state/**"],
    imports: ["domain", "contract", "web state", "web api", "web"],
    packages: ["effect", "effect/*", "jotai", "jotai/*", "react"],
    manners: "clean"
  },
  {
    // The one place that knows lightweight-charts.
    name: "chart",
    files: ["web/features/chart/**"],
    imports: ["domain", "contract", ...browser],
    packages: ["effect", "react", "react-i18next", "i18next", "lucide-react", "lightweight-charts"],
    manners: "clean"
  },
  {
    name: "web",
    files: ["web/**"],
    imports: ["domain", "contract", ...browser],
    packages: [
      "effect",
      "effect/*",
      "react",
      "react-dom",
      "react-dom/*",
      "react-hook-form",
      "react-i18next",
      "@hookform/*",
      "@tanstack/*",
      "class-variance-authority",
      "clsx",
      "cmdk",
      "i18next",
      "lucide-react",
      "qrcode",
      "radix-ui",
      "sonner",
      "tailwind-merge",
      "vaul",
      "wouter",
      "wouter/*"
    ],
    manners: "clean"
  },
  { name: "simulator", files: ["simulator/**"], imports: ["domain", "simulator"], packages: "production", manners: "free" },
  {
    name: "dev",
    files: ["dev/**", "vitest.config.ts"],
    imports: ["domain", "contract", "core", "settings", "server", "embedded database", "simulator", "dev"],
    packages: "all",
    manners: "free"
  },
  {
    name: "bench",
    files: ["bench/**"],
    imports: [...product, "embedded database", "simulator", "dev", "bench"],
    packages: "all",
    manners: "free"
  }
]
