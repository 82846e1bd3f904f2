/** figureTexts: the account's figures as they are shown; empty until the stream has told them. */
import type { FiguresView } from "#contract/Views.ts"
import { formatMoney, formatPercent, formatSignedMoney, UNKNOWN } from "../../locales/formats.ts"

export type FigureName = "balance" | "credit" | "equity" | "floatingProfit" | "usedMargin" | "freeMargin" | "marginLevel"

const money = (amount: string | null | undefined): string => (amount === undefined ? "" : formatMoney(amount))

export const figureTexts: Readonly<Record<FigureName, (figures: FiguresView | undefined) => string>> = {
  balance: (figures) => money(figures?.balance),
  credit: (figures) => money(figures?.credit),
  equity: (figures) => money(figures?.equity),
  floatingProfit: (figures) => (figures === undefined ? "" : formatSignedMoney(figures.floatingProfit)),
  usedMargin: (figures) => money(figures?.usedMargin),
  freeMargin: (figures) => money(figures?.freeMargin),
  marginLevel: (figures) =>
    figures === undefined ? "" : figures.marginLevelPercent === null ? UNKNOWN : formatPercent(figures.marginLevelPercent)
}
