/** docs/state-machines.md: the machines of accounts, funding and documents, drawn from the tables that decisions look at. */
import { documentTransitions } from "#actors/kyc/documentLifecycle.ts"
import { diagram } from "#actors/account/machines/diagram.ts"
import { liquidationTransitions } from "#actors/account/machines/liquidation.ts"
import { marginWatchTransitions } from "#actors/account/machines/marginWatch.ts"
import { orderTransitions } from "#actors/account/machines/orderLifecycle.ts"
import { fundingTransitions } from "#actors/funding/fundingLifecycle.ts"

const section = (title: string, words: string, drawing: string): string => `## ${title}\n\n${words}\n\n\`\`\`mermaid\n${drawing}\`\`\`\n`

export const stateMachines = (): string =>
  [
    "# State machines\n\nMade by `npm run generate` from `actors/`; not edited by hand.\n",
    section(
      "Order lifecycle",
      "From its placement to exactly one terminal state. An order refused at placement never enters it.",
      diagram(orderTransitions)
    ),
    section(
      "Margin watch",
      "Judged after everything that changes the account, and whenever a price leaves the account's margin band.",
      diagram(marginWatchTransitions)
    ),
    section(
      "Liquidation",
      "Runs while the margin watch is in stop-out; suspended while nothing that is left may be closed.",
      diagram(liquidationTransitions)
    ),
    section(
      "Funding lifecycle",
      "Of deposits and withdrawals. The client may cancel until somebody works on the request; docs/funding.md says what each state means for the money.",
      diagram(fundingTransitions)
    ),
    section(
      "Document lifecycle",
      "Of a document by which a client proves who they are. A reviewer may decide without having said that the review began; what was turned down or has run out is replaced by another document.",
      diagram(documentTransitions)
    )
  ].join("\n")
