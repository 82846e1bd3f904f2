/** CloseSymbol: closes every position of the chosen symbol, asked for by keyboard. */
import { symbolValue } from "../../state/selection.ts"
import { useValue, write } from "../../state/store.ts"
import { overlayCell } from "../shortcuts/useShortcuts.ts"
import { CloseManyDialog } from "./CloseManyDialog.tsx"

export default function CloseSymbol() {
  const symbol = useValue(symbolValue)
  return <CloseManyDialog choice="symbol" symbol={symbol} onDone={() => write(overlayCell, undefined)} />
}
