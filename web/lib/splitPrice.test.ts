import { describe, expect, it } from "vitest"
import { splitPrice } from "./splitPrice.ts"

describe("splitPrice", () => {
  it.each([
    { price: "1.10523", digits: 5, head: "1.10", big: "52", small: "3" },
    { price: "151.287", digits: 3, head: "151.", big: "28", small: "7" },
    { price: "2345.67", digits: 2, head: "2345.", big: "67", small: "" },
    { price: "0.9134", digits: 4, head: "0.91", big: "34", small: "" },
    { price: "18234.5", digits: 1, head: "1823", big: "4.5", small: "" },
    { price: "42", digits: 0, head: "", big: "42", small: "" }
  ])("reads $price as $head, $big, $small", ({ price, digits, ...parts }) => {
    expect(splitPrice(price, digits)).toEqual(parts)
  })

  it("loses no character", () => {
    for (const [price, digits] of [
      ["0.00001", 5],
      ["98123.45", 2],
      ["1.1", 1]
    ] as const) {
      const { head, big, small } = splitPrice(price, digits)
      expect(head + big + small).toBe(price)
    }
  })
})
