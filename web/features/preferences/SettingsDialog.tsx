/** SettingsDialog: how orders are sent, in which zone times are written, and how the product calls out. */
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { NotificationTone } from "../../state/notifications.ts"
import { OrderMode, orderModeCell, shortcutsCell, soundsCell, Theme, themeCell, timeZoneCell } from "../../state/preferences.ts"
import { useValue, write } from "../../state/store.ts"
import { Dialog, DialogContent, DialogHeader } from "../../ui/dialog.tsx"
import { NativeSelect } from "../../ui/native-select.tsx"
import { Segmented } from "../../ui/segmented.tsx"
import { Switch } from "../../ui/switch.tsx"
import { overlayCell } from "../shortcuts/useShortcuts.ts"
import { playTone } from "../notifications/playTone.ts"

export default function SettingsDialog() {
  const { t } = useTranslation()
  const theme = useValue(themeCell)
  const orderMode = useValue(orderModeCell)
  const sounds = useValue(soundsCell)
  const shortcuts = useValue(shortcutsCell)
  return (
    <Dialog open onOpenChange={() => write(overlayCell, undefined)}>
      <DialogContent>
        <DialogHeader title={t("settings.title")} />
        <Row label={t("header.theme")}>
          <Segmented
            label={t("header.theme")}
            value={theme}
            onValueChange={(value) => write(themeCell, value)}
            options={Theme.literals.map((value) => ({ value, label: t(`header.theme_${value}`) }))}
          />
        </Row>
        <TimeZoneRow />
        <Row label={t("settings.orderMode")} hint={t(`settings.orderModeHints.${orderMode}`)}>
          <Segmented
            label={t("settings.orderMode")}
            value={orderMode}
            onValueChange={(value) => write(orderModeCell, value)}
            options={OrderMode.literals.map((value) => ({ value, label: t(`settings.orderModes.${value}`) }))}
          />
        </Row>
        {NotificationTone.literals.map((tone) => (
          <SwitchRow
            key={tone}
            label={t(`settings.sounds.${tone}`)}
            isOn={sounds.includes(tone)}
            onChange={(isOn) => {
              write(soundsCell, isOn ? [...sounds, tone] : sounds.filter((other) => other !== tone))
              if (isOn) playTone(tone)
            }}
          />
        ))}
        <BrowserNotificationsRow />
        <SwitchRow label={t("shortcuts.singleKeys")} isOn={shortcuts} onChange={(isOn) => write(shortcutsCell, isOn)} />
      </DialogContent>
    </Dialog>
  )
}

function TimeZoneRow() {
  const { t } = useTranslation()
  const zone = useValue(timeZoneCell)
  const local = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <Row label={t("header.timeZone")}>
      <NativeSelect
        aria-label={t("header.timeZone")}
        value={zone}
        onChange={(event) => write(timeZoneCell, event.target.value)}
        className="w-60"
      >
        <option value="local">{t("header.localTimeZone", { zone: local })}</option>
        <option value="UTC">UTC</option>
        {Intl.supportedValuesOf("timeZone").map((name) => (
          <option key={name} value={name}>
            {name.replaceAll("_", " ")}
          </option>
        ))}
      </NativeSelect>
    </Row>
  )
}

/** The browser asks the person; what was refused there can only be allowed there. */
function BrowserNotificationsRow() {
  const { t } = useTranslation()
  const [permission, setPermission] = useState(() => ("Notification" in window ? window.Notification.permission : "denied"))
  const ask = () => void window.Notification.requestPermission().then(setPermission)
  return (
    <SwitchRow
      label={t("settings.browserNotifications")}
      hint={permission === "denied" ? t("settings.browserNotificationsDenied") : t("settings.browserNotificationsHint")}
      isOn={permission === "granted"}
      isDisabled={permission !== "default"}
      onChange={ask}
    />
  )
}

function Row(props: { readonly label: string; readonly hint?: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-1.5">
      <span className="grid min-w-0">
        <span className="text-sm">{props.label}</span>
        {props.hint !== undefined && <span className="text-xs text-muted-foreground">{props.hint}</span>}
      </span>
      {props.children}
    </div>
  )
}

function SwitchRow(props: {
  readonly label: string
  readonly hint?: string
  readonly isOn: boolean
  readonly isDisabled?: boolean
  readonly onChange: (isOn: boolean) => void
}) {
  return (
    <label className="flex min-h-8 items-center justify-between gap-4">
      <span className="grid">
        <span className="text-sm">{props.label}</span>
        {props.hint !== undefined && <span className="text-xs text-muted-foreground">{props.hint}</span>}
      </span>
      <Switch checked={props.isOn} disabled={props.isDisabled} onCheckedChange={props.onChange} aria-label={props.label} />
    </label>
  )
}
