/** layoutStorage: where the sizes of the workspace's panels are kept, and how they are forgotten. */
import type { Layout } from "react-resizable-panels"
import { Schema } from "effect"
import { cell, perKey, persisted, read, write } from "../../state/store.ts"

const PanelSizes = Schema.Record(Schema.String, Schema.Finite)
/** Percent by panel. */
export const panelSizesCell = perKey((group) => persisted<Layout>(`layout.${group}`, PanelSizes, {}))

/** Grows with every reset: groups of this number's key begin anew. */
export const layoutGenerationCell = cell(0)

export const resetLayout = (): void => {
  for (const group of PANEL_GROUPS) write(panelSizesCell(group), {})
  write(layoutGenerationCell, read(layoutGenerationCell) + 1)
}

export const PANEL_GROUPS = ["columns", "rows"] as const
