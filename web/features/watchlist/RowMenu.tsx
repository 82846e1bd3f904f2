/** RowMenu: what can be done with a symbol of the watchlist, by right-click, long press or keyboard. */
import { ArrowDownIcon, ArrowUpIcon, CheckIcon, StarIcon, StarOffIcon } from "lucide-react"
import { ContextMenu } from "radix-ui"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import type { Side } from "#domain/Order.ts"
import { selectSymbol } from "../../state/selection.ts"
import { useValue, write } from "../../state/store.ts"
import { editTicket } from "../../state/ticket.ts"
import { favoritesCell, moveSymbol, ownListsCell, ownSymbolsValue, toggleSymbol, watchlistGroupValue } from "../../state/watchlist.ts"
import { returnFocus } from "../../ui/returnFocus.ts"

const item =
  "flex min-h-8 items-center gap-2 rounded-sm px-2 text-sm outline-none select-none data-[disabled]:opacity-45 data-[highlighted]:bg-hover pointer-coarse:min-h-11 [&_svg]:size-4 [&_svg]:text-muted-foreground"

export function RowMenu(props: { readonly symbol: string; readonly children: ReactNode }) {
  const { t } = useTranslation()
  const { symbol } = props
  const isFavorite = useValue(favoritesCell).includes(symbol)
  const lists = useValue(ownListsCell)
  const group = useValue(watchlistGroupValue)
  const ordered = useValue(ownSymbolsValue(group))
  const draft = (side: Side) => {
    write(selectSymbol, symbol)
    write(editTicket, { side })
  }
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger asChild>{props.children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content
          onCloseAutoFocus={returnFocus}
          className="z-50 min-w-44 rounded-lg border border-border bg-raised p-1 text-foreground shadow-raised"
          aria-label={symbol}
        >
          <ContextMenu.Item className={item} onSelect={() => draft("buy")}>
            {t("watchlist.buy", { symbol })}
          </ContextMenu.Item>
          <ContextMenu.Item className={item} onSelect={() => draft("sell")}>
            {t("watchlist.sell", { symbol })}
          </ContextMenu.Item>
          <ContextMenu.Separator className="-mx-1 my-1 h-px bg-border" />
          <ContextMenu.Item className={item} onSelect={() => write(toggleSymbol, "favorites", symbol)}>
            {isFavorite ? <StarOffIcon aria-hidden /> : <StarIcon aria-hidden />}
            {isFavorite ? t("watchlist.unfavorite") : t("watchlist.makeFavorite")}
          </ContextMenu.Item>
          {lists.map(({ listId, name, symbols }) => (
            <ContextMenu.CheckboxItem
              key={listId}
              className={item}
              checked={symbols.includes(symbol)}
              onCheckedChange={() => write(toggleSymbol, listId, symbol)}
            >
              <span className="grid size-4 place-items-center">
                <ContextMenu.ItemIndicator>
                  <CheckIcon aria-hidden />
                </ContextMenu.ItemIndicator>
              </span>
              {t("watchlist.inList", { name })}
            </ContextMenu.CheckboxItem>
          ))}
          {ordered?.includes(symbol) === true && (
            <>
              <ContextMenu.Separator className="-mx-1 my-1 h-px bg-border" />
              <ContextMenu.Item className={item} disabled={ordered[0] === symbol} onSelect={() => write(moveSymbol, group, symbol, -1)}>
                <ArrowUpIcon aria-hidden />
                {t("watchlist.moveUp")}
              </ContextMenu.Item>
              <ContextMenu.Item className={item} disabled={ordered.at(-1) === symbol} onSelect={() => write(moveSymbol, group, symbol, 1)}>
                <ArrowDownIcon aria-hidden />
                {t("watchlist.moveDown")}
              </ContextMenu.Item>
            </>
          )}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}
