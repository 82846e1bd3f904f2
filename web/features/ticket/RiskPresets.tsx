/** RiskPresets: the volume that risks a share of the equity up to the stop-loss, by one click. */
import { useTranslation } from "react-i18next"
import { decimal, formatDecimal, parseDecimal } from "#domain/Decimal.ts"
import { figuresCell } from "../../state/account.ts"
import { bookValue, clientPricesValue } from "../../state/prices.ts"
import { read, useValue, write } from "../../state/store.ts"
import { editTicket, exitUnitCell, ticketCell } from "../../state/ticket.ts"
import { Button } from "../../ui/button.tsx"
import { lotsForRisk } from "./lotsForRisk.ts"
import { readTicketValue, ticketPreviewValue } from "./useTicket.ts"

const PERCENTS = ["0.5", "1", "2", "5"] as const

export default function RiskPresets() {
  const { t } = useTranslation()
  const { stopLoss } = useValue(ticketCell)
  const unit = useValue(exitUnitCell)
  // A stop-loss that is an amount of money, or a share of it, says the risk already.
  if (!stopLoss.enabled || unit === "money" || unit === "percent") return null
  return (
    <div className="flex items-center gap-1">
      <span className="mr-1 text-xs text-muted-foreground">{t("ticket.risk")}</span>
      {PERCENTS.map((percent) => (
        <Button
          key={percent}
          variant="subtle"
          size="xs"
          className="figures flex-1 px-0 font-normal text-muted-foreground"
          aria-label={t("ticket.riskOf", { percent })}
          onClick={() => applyRisk(percent)}
        >
          {percent}%
        </Button>
      ))}
    </div>
  )
}

const applyRisk = (percent: string): void => {
  const order = read(readTicketValue)?.order
  const preview = read(ticketPreviewValue)
  const prices = read(clientPricesValue)
  const book = read(bookValue)
  const equity = parseDecimal(read(figuresCell)?.equity ?? "")
  if (order?.stopLoss === undefined || preview === undefined || prices === undefined || book === undefined || equity === undefined) return
  const { instrument, side, stopLoss } = order
  const lots = lotsForRisk(prices, book, equity, decimal(percent), { instrument, side, openPrice: preview.price, stopLoss })
  if (lots !== undefined) write(editTicket, { lots: formatDecimal(lots, 2) })
}
