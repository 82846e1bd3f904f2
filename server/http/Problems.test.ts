import { Effect, Exit, Cause, Schema, Option } from "effect"
import { HttpApiError } from "effect/http-api"
import { describe, expect, it } from "vitest"
import { IdempotencyKeyMissing, InternalError, NotFound, ValidationFailed, VALIDATION_ISSUES_MAX } from "#contract/Problem.ts"
import { commandHeaders, PlaceOrderRequest } from "#contract/Requests.ts"
import { AccountId, OrderId } from "#contract/Wire.ts"
import { problemOfSchemaError } from "#server/http/Problems.ts"

type Kind = HttpApiError.HttpApiSchemaError["kind"]

/** The problem of `value` where `schema` was expected. */
const problemOf = (kind: Kind, schema: Schema.Codec<unknown, unknown>, value: unknown, method = "POST") => {
  const exit = Effect.runSyncExit(Schema.decodeUnknownEffect(schema, { onExcessProperty: "error", errors: "all" })(value))
  const failure = Exit.isFailure(exit) ? Option.getOrUndefined(Cause.findErrorOption(exit.cause)) : undefined
  if (failure === undefined) throw new Error("the value fits")
  return problemOfSchemaError(new HttpApiError.HttpApiSchemaError({ kind, cause: failure }), method)
}
const order = { symbol: "EURUSD", side: "buy", type: "market", lots: "1" }

describe("a body that does not fit", () => {
  it.each<[string, unknown, ReadonlyArray<string>]>([
    ["a number for a decimal", { ...order, lots: 1 }, ["/lots"]],
    ["a field that is not known", { ...order, balance: "5" }, ["/balance"]],
    ["a prototype", JSON.parse('{"symbol":"EURUSD","side":"buy","type":"market","lots":"1","__proto__":{"x":1}}'), ["/__proto__"]],
    ["a missing field", { symbol: "EURUSD", side: "buy", type: "market" }, ["/lots"]],
    ["several at once", { ...order, side: "up", lots: "NaN" }, ["/side", "/lots"]],
    ["deep inside", { ...order, trailingStop: { distancePoints: 1.5, stepPoints: 1 } }, ["/trailingStop/distancePoints"]],
    ["a name that needs escaping", { ...order, "a/b~c": 1 }, ["/a~1b~0c"]],
    ["no object", null, [""]],
    ["a list", [], [""]]
  ])("%s is pointed to", (_, body, pointers) => {
    const problem = problemOf("Payload", PlaceOrderRequest, body)
    expect(problem).toBeInstanceOf(ValidationFailed)
    expect(problem.status).toBe(422)
    expect(problem instanceof ValidationFailed && problem.errors.map(({ in: place, pointer }) => `${place} ${pointer}`)).toEqual(
      pointers.map((pointer) => `body ${pointer}`)
    )
  })

  it("lists a bounded number of issues", () => {
    const body = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`, 1]))
    const problem = problemOf("Payload", PlaceOrderRequest, { ...order, ...body })
    expect(problem instanceof ValidationFailed && problem.errors.length).toBe(VALIDATION_ISSUES_MAX)
  })

  it("does not repeat what was sent", () => {
    const problem = problemOf("Payload", PlaceOrderRequest, { ...order, lots: "hunter2" })
    expect(JSON.stringify(problem)).not.toContain("hunter2")
  })
})

it.each<[string, Kind, Schema.Codec<unknown, unknown>, unknown, string, unknown]>([
  ["a missing key", "Headers", Schema.Struct(commandHeaders), {}, "POST", IdempotencyKeyMissing],
  [
    "a key that is too long",
    "Headers",
    Schema.Struct(commandHeaders),
    { "idempotency-key": "x".repeat(129) },
    "POST",
    IdempotencyKeyMissing
  ],
  ["an account id that can be none", "Params", Schema.Struct({ accountId: AccountId }), { accountId: "x" }, "GET", NotFound],
  ["an order id that can be none", "Params", Schema.Struct({ orderId: OrderId }), { orderId: "1" }, "DELETE", NotFound],
  ["a name that cannot be given", "Params", Schema.Struct({ symbol: OrderId }), { symbol: "1" }, "PUT", ValidationFailed],
  ["an answer of ours", "Body", Schema.String, 1, "GET", InternalError]
])("%s", (_, kind, schema, value, method, expected) => {
  expect(problemOf(kind, schema, value, method)).toBeInstanceOf(expected)
})
