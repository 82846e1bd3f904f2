import { expect, it } from "vitest"
import { encodedExample } from "#contract/encodedExample.ts"
import { Instant } from "#contract/Wire.ts"
import { Schema } from "effect"

const { schema: instant } = Schema.toJsonSchemaDocument(Instant)
const components = {
  Key: { type: "object", properties: { madeAt: instant, endsAt: { anyOf: [instant, { type: "null" }] }, uses: { type: "integer" } } }
}
const at = 1_795_438_882_123
const text = "2026-11-23T13:01:22.123Z"

it.each<[string, unknown, unknown, unknown]>([
  ["a time", at, instant, text],
  ["a time that may be missing", { endsAt: at }, { $ref: "#/components/schemas/Key" }, { endsAt: text }],
  ["none", { endsAt: null }, { $ref: "#/components/schemas/Key" }, { endsAt: null }],
  ["a number", { uses: at }, { $ref: "#/components/schemas/Key" }, { uses: at }],
  ["in a list", [{ madeAt: at }], { type: "array", items: { $ref: "#/components/schemas/Key" } }, [{ madeAt: text }]],
  ["what is written already", { madeAt: text }, { $ref: "#/components/schemas/Key" }, { madeAt: text }],
  ["what the schema does not name", { other: at }, { $ref: "#/components/schemas/Key" }, { other: at }]
])("%s", (_, value, schema, expected) => {
  expect(encodedExample(value, [schema], components)).toEqual(expected)
})
