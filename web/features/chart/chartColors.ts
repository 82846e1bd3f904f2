/** chartColors: the theme's colors as the chart's canvas needs them. */
export interface ChartColors {
  readonly text: string
  readonly grid: string
  readonly border: string
  readonly crosshair: string
  readonly label: string
  readonly up: string
  readonly down: string
  readonly upFade: string
  readonly downFade: string
  /** Of columns that stand beside the candles, not before them. */
  readonly upColumn: string
  readonly downColumn: string
  readonly accent: string
  readonly accentFade: string
  readonly warning: string
  readonly danger: string
}

const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true })

/** Any CSS color as `rgba()`: the chart's own parser does not know oklch, a canvas does. */
const rgba = (color: string, alpha = 1): string => {
  if (pixel === null) return color
  pixel.clearRect(0, 0, 1, 1)
  pixel.fillStyle = color
  pixel.fillRect(0, 0, 1, 1)
  const [red, green, blue, opacity = 255] = pixel.getImageData(0, 0, 1, 1).data
  return `rgba(${red}, ${green}, ${blue}, ${((opacity / 255) * alpha).toFixed(3)})`
}

export const readChartColors = (): ChartColors => {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string, alpha?: number) => rgba(style.getPropertyValue(`--${name}`), alpha)
  return {
    text: token("muted-foreground"),
    grid: token("chart-grid"),
    border: token("border"),
    crosshair: token("faint-foreground"),
    label: token("raised"),
    up: token("up"),
    down: token("down"),
    upFade: token("up", 0.18),
    downFade: token("down", 0.18),
    upColumn: token("up", 0.5),
    downColumn: token("down", 0.5),
    accent: token("accent-text"),
    accentFade: token("accent-text", 0.12),
    warning: token("warning"),
    danger: token("danger")
  }
}
