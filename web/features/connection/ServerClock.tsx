/** ServerClock: the server's time and the zone that every time on the page is written in. */
import { formatZonedTime } from "../../locales/formats.ts"
import { serverTimeValue } from "../../state/clock.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"

export function ServerClock() {
  const time = useValue(serverTimeValue)
  const timeZone = useValue(timeZoneValue)
  return (
    <time data-testid="server-clock" className="figures px-1 text-xs whitespace-nowrap text-muted-foreground max-[1340px]:hidden">
      {formatZonedTime(time, timeZone)}
    </time>
  )
}
