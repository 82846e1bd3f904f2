/** PositionMenu: what fewer people do with a position. Asks first where orders are confirmed. */
import { EllipsisVerticalIcon, RepeatIcon, ShuffleIcon } from "lucide-react"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { PositionView } from "#contract/Views.ts"
import { accountCell, positionsOfSymbol } from "../../state/account.ts"
import { isLiveValue } from "../../state/connection.ts"
import { orderModeCell } from "../../state/preferences.ts"
import { read, useValue } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../../ui/dropdown-menu.tsx"
import { nameOf } from "../notifications/outcomes.ts"
import { CloseByDialog } from "./CloseByDialog.tsx"
import { reverse } from "./positionCommands.ts"
import { ReverseDialog } from "./ReverseDialog.tsx"

export function PositionMenu(props: { readonly position: PositionView; readonly size: "icon" | "icon-xs" }) {
  const { t } = useTranslation()
  const { position } = props
  const [asked, setAsked] = useState<"reverse" | "closeBy">()
  const isLive = useValue(isLiveValue)
  const isHedging = useValue(accountCell)?.mode === "hedging"
  const hasOpposite = useValue(positionsOfSymbol(position.symbol)).some(({ side }) => side !== position.side)
  const startReverse = () => (read(orderModeCell) === "confirm" ? setAsked("reverse") : void reverse(position))
  const done = () => setAsked(undefined)
  return (
    <>
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
          <DropdownMenuItem disabled={!isLive} onSelect={startReverse}>
            <RepeatIcon aria-hidden />
            {t("positions.reverse")}
          </DropdownMenuItem>
          {isHedging && (
            <DropdownMenuItem disabled={!isLive || !hasOpposite} onSelect={() => setAsked("closeBy")}>
              <ShuffleIcon aria-hidden />
              {t("positions.closeBy")}
            </DropdownMenuItem>
          )}
        </DropdownMenuContent>
      </DropdownMenu>
      {asked === "reverse" && <ReverseDialog position={position} onDone={done} />}
      {asked === "closeBy" && <CloseByDialog position={position} onDone={done} />}
    </>
  )
}
