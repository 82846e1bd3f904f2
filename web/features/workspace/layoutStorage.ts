/** layoutStorage: where the sizes of the workspace's panels are kept, and how they are forgotten. */
import { Schema } from "effect"
import { perKey, personal, write } from "../../state/store.ts"

export const PANELS = ["watchlist", "chart", "ticket"] as const
export type PanelName = (typeof PANELS)[number]

const PanelPercent = Schema.NullOr(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 })))
/** Percent of what the panel shares with others; null: as the product has it. */
export const panelPercentCell = perKey((panel) => personal(`layout.${panel}`, PanelPercent, null))

export const resetLayout = (): void => {
  for (const panel of PANELS) write(panelPercentCell(panel), null)
}
