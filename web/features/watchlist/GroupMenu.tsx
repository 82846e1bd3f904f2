/** GroupMenu: which symbols the watchlist shows, and the person's own lists. */
import { ChevronDownIcon } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { useTranslation } from "react-i18next"
import { useValue, write } from "../../state/store.ts"
import {
  chooseGroup,
  classesValue,
  LISTS_MAX,
  ownListsCell,
  ownListValue,
  watchlistGroupValue,
  type WatchlistGroup
} from "../../state/watchlist.ts"
import { Button } from "../../ui/button.tsx"
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger
} from "../../ui/dropdown-menu.tsx"
import type { ListTask } from "./ListDialog.tsx"

const ListDialog = lazy(() => import("./ListDialog.tsx"))

export default function GroupMenu() {
  const { t } = useTranslation()
  const group = useValue(watchlistGroupValue)
  const lists = useValue(ownListsCell)
  const shown = useValue(ownListValue(group))
  const classes = useValue(classesValue)
  const [task, setTask] = useState<ListTask>()
  const own: ReadonlyArray<WatchlistGroup> = ["all", "favorites", ...lists.map(({ listId }) => listId)]
  const options: ReadonlyArray<WatchlistGroup> = [...own, ...classes]
  const name = (option: WatchlistGroup): string => {
    if (option === "all" || option === "favorites") return t(`watchlist.group.${option}`)
    const known = classes.find((one) => one === option)
    return known === undefined ? (lists.find(({ listId }) => listId === option)?.name ?? "") : t(`instrumentClass.${known}`)
  }
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button variant="ghost" size="sm" aria-label={t("watchlist.groupLabel", { group: name(group) })} className="max-w-28 gap-1 px-2">
            <span className="truncate">{name(group)}</span>
            <ChevronDownIcon className="size-3 shrink-0" aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end" className="max-w-64">
          <DropdownMenuRadioGroup
            value={group}
            onValueChange={(value) => {
              const chosen = options.find((option) => option === value)
              if (chosen !== undefined) write(chooseGroup, chosen)
            }}
          >
            {options.map((option, index) => (
              <div key={option}>
                {index === own.length && <DropdownMenuSeparator />}
                <DropdownMenuRadioItem value={option}>
                  <span className="truncate">{name(option)}</span>
                </DropdownMenuRadioItem>
              </div>
            ))}
          </DropdownMenuRadioGroup>
          <DropdownMenuSeparator />
          <DropdownMenuItem disabled={lists.length >= LISTS_MAX} onSelect={() => setTask({ kind: "create" })}>
            {t("watchlist.newList")}
          </DropdownMenuItem>
          {shown !== undefined && (
            <>
              <DropdownMenuItem onSelect={() => setTask({ kind: "rename", list: shown })}>{t("watchlist.renameList")}</DropdownMenuItem>
              <DropdownMenuItem onSelect={() => setTask({ kind: "remove", list: shown })}>{t("watchlist.removeList")}</DropdownMenuItem>
            </>
          )}
        </DropdownMenuContent>
      </DropdownMenu>
      {task !== undefined && (
        <Suspense>
          <ListDialog task={task} onClose={() => setTask(undefined)} />
        </Suspense>
      )}
    </>
  )
}
