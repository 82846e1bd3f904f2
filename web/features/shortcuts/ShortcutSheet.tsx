/** ShortcutSheet: every shortcut of the keyboard, and the switch for those of a single key. */
import { useTranslation } from "react-i18next"
import { shortcutsCell } from "../../state/preferences.ts"
import { useValue, write } from "../../state/store.ts"
import { Dialog, DialogContent, DialogHeader } from "../../ui/dialog.tsx"
import { Kbd } from "../../ui/kbd.tsx"
import { Switch } from "../../ui/switch.tsx"
import { overlayCell } from "./useShortcuts.ts"

const SHORTCUTS = [
  ["buy", ["B"]],
  ["sell", ["S"]],
  ["send", ["Enter"]],
  ["close", ["Esc"]],
  ["search", ["/"]],
  ["palette", ["Ctrl", "K"]],
  ["interval", ["1", "–", "9"]],
  ["closeSymbol", ["Alt", "C"]],
  ["sheet", ["?"]]
] as const

export default function ShortcutSheet() {
  const { t } = useTranslation()
  const isOn = useValue(shortcutsCell)
  return (
    <Dialog open onOpenChange={() => write(overlayCell, undefined)}>
      <DialogContent>
        <DialogHeader title={t("shortcuts.title")} />
        <dl className="grid gap-2">
          {SHORTCUTS.map(([name, keys]) => (
            <div key={name} className="flex items-center justify-between gap-4">
              <dt className="text-sm text-muted-foreground">{t(`shortcuts.${name}`)}</dt>
              <dd className="flex gap-1">
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
        <label className="flex items-center justify-between gap-4 border-t border-border pt-3 text-sm">
          {t("shortcuts.singleKeys")}
          <Switch checked={isOn} onCheckedChange={(value) => write(shortcutsCell, value)} aria-label={t("shortcuts.singleKeys")} />
        </label>
      </DialogContent>
    </Dialog>
  )
}
