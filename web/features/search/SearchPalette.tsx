/** SearchPalette: any symbol, by a few letters of its name or description, from anywhere. */
import { Command } from "cmdk"
import { SearchIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { classesValue } from "../../state/watchlist.ts"
import { instrumentsCell } from "../../state/market.ts"
import { selectSymbol } from "../../state/selection.ts"
import { useValue, write } from "../../state/store.ts"
import { Dialog, DialogContent, DialogHeader } from "../../ui/dialog.tsx"
import { QuotePrice } from "../instrument/QuotePrice.tsx"
import { overlayCell } from "../shortcuts/useShortcuts.ts"

export default function SearchPalette() {
  const { t } = useTranslation()
  const instruments = [...(useValue(instrumentsCell)?.values() ?? [])]
  const classes = useValue(classesValue)
  const close = () => write(overlayCell, undefined)
  return (
    <Dialog open onOpenChange={close}>
      <DialogContent className="top-24 max-w-lg translate-y-0 gap-0 overflow-hidden p-0">
        <div className="sr-only">
          <DialogHeader title={t("header.search")} />
        </div>
        <Command label={t("header.search")} className="grid">
          <div className="flex items-center gap-2 border-b border-border px-3.5 pr-12">
            <SearchIcon className="size-4 text-faint-foreground" aria-hidden />
            <Command.Input
              placeholder={t("search.placeholder")}
              className="h-12 flex-1 bg-transparent text-base outline-none placeholder:text-faint-foreground"
            />
          </div>
          <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5">
            <Command.Empty className="px-3 py-8 text-center text-sm text-muted-foreground">{t("search.empty")}</Command.Empty>
            {classes.map((name) => (
              <Command.Group
                key={name}
                heading={t(`instrumentClass.${name}`)}
                className="**:[[cmdk-group-heading]]:px-2 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-2xs **:[[cmdk-group-heading]]:font-medium **:[[cmdk-group-heading]]:text-faint-foreground"
              >
                {instruments
                  .filter((instrument) => instrument.class === name)
                  .map((instrument) => (
                    <Command.Item
                      key={instrument.symbol}
                      value={instrument.symbol}
                      keywords={[instrument.description]}
                      onSelect={() => {
                        write(selectSymbol, instrument.symbol)
                        close()
                      }}
                      className="flex min-h-9 items-center gap-3 rounded-md px-2 text-sm data-[selected=true]:bg-hover pointer-coarse:min-h-11"
                    >
                      <span className="w-20 font-semibold">{instrument.symbol}</span>
                      <span className="min-w-0 flex-1 truncate text-xs text-muted-foreground">{instrument.description}</span>
                      <QuotePrice symbol={instrument.symbol} side="bid" className="text-xs" />
                    </Command.Item>
                  ))}
              </Command.Group>
            ))}
          </Command.List>
        </Command>
      </DialogContent>
    </Dialog>
  )
}
