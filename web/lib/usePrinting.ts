/** usePrinting: whether the page is being put on paper, which cannot scroll: what is in the page only while in sight must be there whole. */
import { useEffect, useState } from "react"
import { flushSync } from "react-dom"

export const usePrinting = (): boolean => {
  const [isPrinting, setPrinting] = useState(false)
  useEffect(() => {
    const paper = window.matchMedia("print")
    // The browser prints what is there when its events are over.
    const onChange = () => flushSync(() => setPrinting(paper.matches))
    const onBefore = () => flushSync(() => setPrinting(true))
    const onAfter = () => setPrinting(false)
    paper.addEventListener("change", onChange)
    window.addEventListener("beforeprint", onBefore)
    window.addEventListener("afterprint", onAfter)
    return () => {
      paper.removeEventListener("change", onChange)
      window.removeEventListener("beforeprint", onBefore)
      window.removeEventListener("afterprint", onAfter)
    }
  }, [])
  return isPrinting
}
