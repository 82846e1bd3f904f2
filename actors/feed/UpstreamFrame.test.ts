import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decodeUpstreamError, decodeUpstreamFrame } from "#actors/feed/UpstreamFrame.ts"

const kindOf = (message: string | Uint8Array) => decodeUpstreamFrame(message).kind

describe("messages", () => {
  it.each([
    [
      "a price as documented",
      `{"event":"price","symbol":"XAU/USD","currency":"USD","currency_base":"Gold Spot","currency_quote":"US Dollar","type":"Physical Currency","timestamp":1647950462,"price":1925.18,"bid":1925.05,"ask":1925.32}`,
      "price"
    ],
    ["a price without bid and ask", `{"event":"price","symbol":"AAPL","timestamp":1647950462,"price":1.5}`, "price"],
    ["a price with null fields", `{"event":"price","symbol":"AAPL","timestamp":1647950462,"price":null,"bid":null,"ask":null}`, "price"],
    ["a price without a symbol", `{"event":"price","timestamp":1647950462,"price":1.5}`, "unreadable"],
    ["a price without a time stamp", `{"event":"price","symbol":"AAPL","price":1.5}`, "unreadable"],
    ["an infinite price", `{"event":"price","symbol":"AAPL","timestamp":1647950462,"price":1e999}`, "unreadable"],
    ["a price that is text", `{"event":"price","symbol":"AAPL","timestamp":1647950462,"price":"NaN"}`, "unreadable"],
    [
      "a status",
      `{"event":"subscribe-status","status":"ok","success":[{"symbol":"EUR/USD","exchange":"FOREX","country":"","type":"x"}],"fails":[]}`,
      "status"
    ],
    ["a status with null lists", `{"event":"subscribe-status","status":"ok","success":null,"fails":null}`, "status"],
    [
      "a partial failure",
      `{"event":"subscribe-status","status":"warning","success":[],"fails":[{"symbol":"1211","message":"no"}]}`,
      "status"
    ],
    ["a failure without words", `{"event":"subscribe-status","status":"error","fails":[{"symbol":"1211","message":null}]}`, "status"],
    ["a status of nonsense", `{"event":"subscribe-status","status":1}`, "unreadable"],
    ["a reset", `{"event":"reset-status","status":"ok"}`, "status"],
    ["a heartbeat", `{"event":"heartbeat","status":"ok"}`, "heartbeat"],
    ["an error without an event", `{"status":"error","code":401,"message":"no"}`, "error"],
    ["an error with an event", `{"event":"error","status":"error","code":500,"message":"no"}`, "error"],
    ["an event from the future of the protocol", `{"event":"market-status","status":"open"}`, "unknown"],
    ["cut-off JSON", `{"event":"price","symbol":"EUR`, "unreadable"],
    ["a number", "1", "unreadable"],
    ["null", "null", "unreadable"],
    ["a list", "[]", "unreadable"],
    ["nothing", "", "unreadable"],
    ["HTML", "<html>", "unreadable"]
  ])("%s is %#", (_title, message, kind) => {
    expect(kindOf(message)).toBe(kind)
  })

  it("bytes are unreadable", () => {
    expect(kindOf(new Uint8Array([1, 2, 3]))).toBe("unreadable")
  })
})

describe("whatever comes", () => {
  const kinds = ["price", "status", "error", "heartbeat", "unknown", "unreadable"]
  const events = fc.constantFrom("price", "heartbeat", "subscribe-status", "reset-status", "x", null, 1)
  const nearly = fc.record({
    event: events,
    symbol: fc.jsonValue(),
    timestamp: fc.jsonValue(),
    price: fc.jsonValue(),
    success: fc.jsonValue(),
    fails: fc.jsonValue()
  })

  it("is of some kind, and never an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          nearly.map((value) => JSON.stringify(value))
        ),
        (message) => kinds.includes(kindOf(message))
      )
    )
  })

  it("as deep as a message may be, too", () => {
    expect(kindOf("[".repeat(1_000_000))).toBe("unreadable")
    expect(kindOf(`{"event":"price","symbol":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)).toBe("unreadable")
  })
})

describe("the error in an HTTP body", () => {
  it.each([
    [`{"code":429,"message":"m","status":"error"}`, 429],
    [`{"price":"1.1"}`, undefined],
    ["<html>", undefined]
  ])("%s has code %s", (body, code) => {
    expect(decodeUpstreamError(body)?.code).toBe(code)
  })
})
