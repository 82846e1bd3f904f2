import { describe, expect, it } from "vitest"
import { csvOf } from "./csv.ts"

describe("csvOf", () => {
  it("quotes what needs it and ends lines as RFC 4180 says", async () => {
    expect(
      await csvOf([
        ["Symbol", "Comment"],
        ["EURUSD", 'says "hi", twice\nand more']
      ])
    ).toBe('Symbol,Comment\r\nEURUSD,"says ""hi"", twice\nand more"\r\n')
  })

  it.each([
    { cell: "=1+1", written: "'=1+1" },
    { cell: "@cmd", written: "'@cmd" },
    { cell: "-2+3", written: "'-2+3" },
    { cell: "-120.50", written: "-120.50" },
    { cell: "+9.00", written: "+9.00" }
  ])("$cell is written $written", async ({ cell, written }) => {
    expect(await csvOf([[cell, "x"]])).toBe(`${written},x\r\n`)
  })
})
