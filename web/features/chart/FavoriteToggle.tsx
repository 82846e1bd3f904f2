/** FavoriteToggle: keeps the chart's symbol among the favorites, or takes it out. */
import { StarIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { useValue, write } from "../../state/store.ts"
import { favoritesCell, toggleSymbol } from "../../state/watchlist.ts"
import { Button } from "../../ui/button.tsx"

export function FavoriteToggle(props: { readonly symbol: string }) {
  const { t } = useTranslation()
  const isFavorite = useValue(favoritesCell).includes(props.symbol)
  return (
    <Button
      variant="ghost"
      size="icon"
      aria-pressed={isFavorite}
      aria-label={t("watchlist.favorite", { symbol: props.symbol })}
      className="-mx-1 aria-pressed:bg-transparent aria-pressed:text-warning"
      onClick={() => write(toggleSymbol, "favorites", props.symbol)}
    >
      <StarIcon className={isFavorite ? "size-3.5 fill-current" : "size-3.5"} aria-hidden />
    </Button>
  )
}
