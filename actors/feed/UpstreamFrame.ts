/** UpstreamFrame: what Twelve Data sends over the WebSocket, decoded. Whatever does not fit becomes `unreadable` or `unknown`, never an exception. */
import { Option, Schema } from "effect"

/** Upstream's figures are JSON numbers, and any of them may be missing or null. */
const Figure = Schema.optionalKey(Schema.NullOr(Schema.Finite))

export const PriceFrame = Schema.Struct({
  event: Schema.Literal("price"),
  symbol: Schema.String,
  /** UNIX seconds. */
  timestamp: Schema.Finite,
  price: Figure,
  bid: Figure,
  ask: Figure
})
export type PriceFrame = typeof PriceFrame.Type

const Refusal = Schema.Struct({ symbol: Schema.String, message: Schema.optionalKey(Schema.NullOr(Schema.String)) })

export const StatusFrame = Schema.Struct({
  event: Schema.Literals(["subscribe-status", "unsubscribe-status", "reset-status"]),
  status: Schema.String,
  success: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Struct({ symbol: Schema.String })))),
  fails: Schema.optionalKey(Schema.NullOr(Schema.Array(Refusal)))
})
export type StatusFrame = typeof StatusFrame.Type

/** An error, with or without an `event`; over HTTP the same shape is the body of a refusal. */
export const ErrorFrame = Schema.Struct({
  status: Schema.Literal("error"),
  code: Schema.Finite,
  message: Schema.optionalKey(Schema.NullOr(Schema.String))
})
export type ErrorFrame = typeof ErrorFrame.Type

const NamedFrame = Schema.Struct({ event: Schema.String })

const decodePrice = Schema.decodeUnknownOption(PriceFrame)
const decodeStatus = Schema.decodeUnknownOption(StatusFrame)
const decodeError = Schema.decodeUnknownOption(ErrorFrame)
const decodeNamed = Schema.decodeUnknownOption(NamedFrame)

export type UpstreamFrame =
  | { readonly kind: "price"; readonly frame: PriceFrame }
  | { readonly kind: "status"; readonly frame: StatusFrame }
  | { readonly kind: "error"; readonly frame: ErrorFrame }
  | { readonly kind: "heartbeat" }
  | { readonly kind: "unknown"; readonly event: string }
  | { readonly kind: "unreadable" }

const HEARTBEAT: UpstreamFrame = { kind: "heartbeat" }
const UNREADABLE: UpstreamFrame = { kind: "unreadable" }

/** Decodes one message. */
export const decodeUpstreamFrame = (message: string | Uint8Array): UpstreamFrame => {
  const json = typeof message === "string" ? parseJson(message) : undefined
  const event = Option.getOrUndefined(decodeNamed(json))?.event
  switch (event) {
    case "price":
      return fromOption(decodePrice(json), "price")
    case "heartbeat":
      return HEARTBEAT
    case "subscribe-status":
    case "unsubscribe-status":
    case "reset-status":
      return fromOption(decodeStatus(json), "status")
    default: {
      const error = decodeError(json)
      if (Option.isSome(error)) return { kind: "error", frame: error.value }
      return event === undefined ? UNREADABLE : { kind: "unknown", event }
    }
  }
}

/** The error that the body of an HTTP answer holds, whatever its status says. */
export const decodeUpstreamError = (body: string): ErrorFrame | undefined => Option.getOrUndefined(decodeError(parseJson(body)))

const fromOption = <K extends "price" | "status", F>(decoded: Option.Option<F>, kind: K) =>
  Option.isSome(decoded) ? { kind, frame: decoded.value } : UNREADABLE

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
