/** splitPrice: the parts of a price as traders read it: 1.10 **52** ³. The pip digits are large, a tenth of a pip is raised. */
export interface PriceParts {
  readonly head: string
  readonly big: string
  readonly small: string
}

/** Prices with 3 or 5 digits end in tenths of a pip; of all others the last two digits are what moves. */
export const hasTenths = (digits: number): boolean => digits === 3 || digits === 5

export const splitPrice = (price: string, digits: number): PriceParts => {
  const tenths = hasTenths(digits) ? 1 : 0
  const small = tenths === 1 ? price.slice(-1) : ""
  const rest = tenths === 1 ? price.slice(0, -1) : price
  // Two digits, and the point when it stands between or before them.
  const length = digits - tenths === 1 ? 3 : 2
  return { head: rest.slice(0, -length), big: rest.slice(-length), small }
}
