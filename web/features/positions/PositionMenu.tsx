/** PositionMenu: what fewer people do with a position. */
import { EllipsisVerticalIcon, RepeatIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import type { PositionView } from "#contract/Views.ts"
import { Button } from "../../ui/button.tsx"
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../../ui/dropdown-menu.tsx"
import { nameOf } from "../notifications/outcomes.ts"
import { reverse } from "./positionCommands.ts"

export function PositionMenu(props: { readonly position: PositionView; readonly size: "icon" | "icon-xs" }) {
  const { t } = useTranslation()
  const { position } = props
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button
          variant="ghost"
          size={props.size}
          aria-label={t("positions.more", { position: nameOf(position) })}
          onClick={(event) => event.stopPropagation()}
        >
          <EllipsisVerticalIcon className="size-3.5" aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" onClick={(event) => event.stopPropagation()}>
        <DropdownMenuItem onSelect={() => void reverse(position)}>
          <RepeatIcon aria-hidden />
          {t("positions.reverse")}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
