/** AccountMode: hedging, where each fill opens a position of its own, or netting, one position per symbol. */
import { Schema } from "effect"

export const AccountMode = Schema.Literals(["hedging", "netting"])
export type AccountMode = typeof AccountMode.Type
