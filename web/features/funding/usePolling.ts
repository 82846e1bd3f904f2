/** usePolling: asks again every few seconds while the page is looked at, for what no stream tells. */
import { useEffect } from "react"
import { machineTimeValue, nowMillis } from "../../state/clock.ts"
import { watch } from "../../state/store.ts"

/** `ask` must be the same function from render to render. */
export const usePolling = (isOn: boolean, intervalMillis: number, ask: () => void): void => {
  useEffect(() => {
    if (!isOn) return
    let askedAt = nowMillis()
    return watch(machineTimeValue, () => {
      if (document.hidden || nowMillis() - askedAt < intervalMillis) return
      askedAt = nowMillis()
      ask()
    })
  }, [isOn, intervalMillis, ask])
}
