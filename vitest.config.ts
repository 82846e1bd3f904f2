/**
 * Three kinds of tests, run in this order and chosen by name: `unit` (beside the code, and the architecture), `integration` (real processes
 * and a real PostgreSQL), `e2e` (a real browser). The root is stated so that web/vite.config.ts cannot move it.
 */
import { defineConfig } from "vitest/config"

export default defineConfig({
  root: import.meta.dirname,
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "{domain,contract,actors,db,server,simulator,dev,web}/**/*.test.{ts,tsx}",
            "tests/*.test.ts",
            "tests/simulation/**/*.test.ts"
          ],
          testTimeout: 20_000,
          // a worker loads Effect once for all its files: half of the time went into loading it for each
          isolate: false,
          sequence: { groupOrder: 0 }
        }
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["tests/integration/**/*.test.ts"],
          globalSetup: "tests/buildProduct.ts",
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 }
        }
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          globalSetup: "tests/buildProduct.ts",
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          // What a page shows comes when it comes; a condition is waited for as long as Playwright waits for an element.
          expect: { poll: { timeout: 30_000, interval: 50 } },
          sequence: { groupOrder: 2 }
        }
      }
    ]
  }
})
