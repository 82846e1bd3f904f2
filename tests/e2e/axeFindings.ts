/** axeFindings: what axe-core has to say of a page. */
import fs from "node:fs"
import { createRequire } from "node:module"
import type { AxeResults } from "axe-core"
import type { Page } from "playwright-core"
import { atRest } from "./dashboard.ts"

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
/** WCAG 2.2 AA. */
export const WCAG_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

/** Serious and critical findings of a page at rest, each with the elements it is about. Without `runOnly`: by every rule that axe has. */
export const axeFindings = async (page: Page, runOnly?: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  await page.evaluate(axe)
  await atRest(page)
  const results: AxeResults = await page.evaluate(`axe.run(document, ${JSON.stringify({ runOnly, resultTypes: ["violations"] })})`)
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary?.split("\n")[1] ?? ""}`).join(" | ")}`
    )
}
