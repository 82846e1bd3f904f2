/** LiveText: a figure that moves with every tick. It is written into the page directly, when it changes: a tick renders nothing. */
import { type ComponentProps, useLayoutEffect, useRef } from "react"
import { setText } from "../lib/setText.ts"
import { read, type Value, watch } from "../state/store.ts"

interface LiveTextProps<A> extends Omit<ComponentProps<"span">, "ref" | "children"> {
  readonly value: Value<A>
  /** As it is shown. */
  readonly text: (value: A) => string
}

export function LiveText<A>({ value, text, ...props }: LiveTextProps<A>) {
  const element = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    const show = () => element.current !== null && setText(element.current, text(read(value)))
    show()
    return watch(value, show)
  }, [value, text])
  return <span ref={element} {...props} />
}
