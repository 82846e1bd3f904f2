/** TableMenu: which columns a table shows, and its rows as a file. */
import { Columns3Icon, DownloadIcon, RotateCcwIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { Button } from "./button.tsx"
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger
} from "./dropdown-menu.tsx"

export interface TableMenuColumn {
  readonly id: string
  readonly header: string
  readonly isVisible: boolean
  readonly toggle: () => void
}

export function TableMenu(props: {
  readonly columns: ReadonlyArray<TableMenuColumn>
  readonly onReset: () => void
  readonly onExport: () => void
}) {
  const { t } = useTranslation()
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon-xs" aria-label={t("table.menu")} className="bg-panel">
          <Columns3Icon className="size-3.5" aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuLabel>{t("table.columns")}</DropdownMenuLabel>
        {props.columns.map((column) => (
          <DropdownMenuCheckboxItem
            key={column.id}
            checked={column.isVisible}
            onSelect={(event) => event.preventDefault()}
            onCheckedChange={column.toggle}
          >
            {column.header}
          </DropdownMenuCheckboxItem>
        ))}
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={props.onReset}>
          <RotateCcwIcon aria-hidden />
          {t("table.reset")}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={props.onExport}>
          <DownloadIcon aria-hidden />
          {t("table.export")}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
