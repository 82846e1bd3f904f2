/** flash: lights an element up for a moment when its value rose or fell. Off for people who asked for less motion. */
type Direction = "up" | "down"

const TIMING = { duration: 300, easing: "ease-out" }
const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)")
/** An animation that runs again costs a tenth of another one. */
const animations = new WeakMap<Element, Readonly<Record<Direction, Animation>>>()

const animationTo = (element: Element, direction: Direction): Animation =>
  new Animation(new KeyframeEffect(element, [{ backgroundColor: `var(--flash-${direction})` }, { backgroundColor: "transparent" }], TIMING))

/** `before`: undefined when the value is shown for the first time. */
export const flash = (element: Element, before: bigint | undefined, value: bigint): void => {
  if (before === undefined || before === value || reducedMotion.matches) return
  const both = animations.get(element) ?? { up: animationTo(element, "up"), down: animationTo(element, "down") }
  animations.set(element, both)
  const [wanted, other] = value > before ? [both.up, both.down] : [both.down, both.up]
  other.cancel()
  wanted.currentTime = 0
  wanted.play()
}
