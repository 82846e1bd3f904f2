/**
 * Every operation of the OpenAPI document, asked with random inputs that fit its schemas and with inputs that nearly do, by somebody who may:
 * never a 5xx, never an undeclared answer, every answer as its schema says, and what the document forbids is refused. A failure prints its
 * seed; `GENERATIVE_SEED` plays it again, `GENERATIVE_RUNS` asks more often.
 */
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { AnswerJudge } from "#dev/audit/AnswerJudge.ts"
import { ApiDocument, type Json, type Operation } from "#dev/audit/ApiDocument.ts"
import { AuditPeople } from "#dev/audit/AuditPeople.ts"
import { refusedForShape } from "#dev/audit/refusedForShape.ts"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import { openApiText } from "#contract/DocumentedApi.ts"
import { arbitraryOf, hostile, mutated } from "./arbitraryOf.ts"

const RUNS = Number(process.env["GENERATIVE_RUNS"] ?? 8)
const SEED = Number(process.env["GENERATIVE_SEED"] ?? Date.now() % 1_000_000_007)
const ANSWER_MILLIS_MAX = 20_000

const document = new ApiDocument(JSON.parse(openApiText()))
/** A WebSocket has tests of its own. */
const operations = document.operations.filter(({ path }) => path !== "/stream")

let product: Product
let people: AuditPeople
let judge: AnswerJudge
let names: Readonly<Record<string, string>>

beforeAll(async () => {
  product = await startProduct()
  people = new AuditPeople(product.url)
  judge = new AnswerJudge(document)
  names = await people.names()
})
afterAll(() => product?.stop())

interface Inputs {
  readonly parameters: Readonly<Record<string, Json>>
  readonly body: Json
}

/** Path parameters name what is there, mostly. */
const inputsOf = (operation: Operation): fc.Arbitrary<Inputs> =>
  fc.record({
    parameters: fc.record(
      Object.fromEntries(
        operation.parameters.map(({ in: place, name, schema }) => {
          const drawn = arbitraryOf(document, schema)
          const known = place === "path" ? names[name] : undefined
          return [
            name,
            known === undefined ? drawn : fc.oneof({ weight: 4, arbitrary: fc.constant(known) }, { weight: 1, arbitrary: drawn })
          ]
        })
      ),
      { requiredKeys: operation.parameters.filter(({ required }) => required).map(({ name }) => name) }
    ),
    body: operation.body === undefined ? fc.constant(undefined) : arbitraryOf(document, operation.body)
  })

/** One input of it is not what the document asks for; `__proto__` is sent as a field. */
const spoiled = (operation: Operation): fc.Arbitrary<Inputs> =>
  inputsOf(operation).chain((inputs) => {
    const queries = operation.parameters.filter(({ in: place }) => place === "query" || place === "path").map(({ name }) => name)
    const body = mutated(inputs.body).map((changed) => ({ ...inputs, body: changed }))
    const query = fc
      .tuple(fc.constantFrom(...queries, "unknown"), hostile)
      .map(([name, value]) => ({ ...inputs, parameters: { ...inputs.parameters, [name]: value } }))
    return operation.body === undefined ? query : fc.oneof({ weight: 3, arbitrary: body }, { weight: 1, arbitrary: query })
  })

const textOf = (value: Json): string => (typeof value === "string" ? value.toWellFormed() : (JSON.stringify(value) ?? ""))
/** Longer segments fit no route at all. */
const SEGMENT_LENGTH_MAX = 90
/** What a URL can carry: an empty or dotted segment would be another path. */
const segmentOf = (value: Json): string => {
  let segment = ""
  for (const letter of textOf(value).replace(/^\.{0,2}$/u, "none")) {
    const encoded = encodeURIComponent(letter)
    if (segment.length + encoded.length <= SEGMENT_LENGTH_MAX) segment += encoded
  }
  return segment
}
/** What a header can carry. */
const headerOf = (value: Json): string =>
  textOf(value)
    .replaceAll(/[^\x20-\x7e]/gu, "?")
    .trim()

const requestOf = (operation: Operation, { body, parameters }: Inputs) => {
  const at = (place: string) => operation.parameters.filter((parameter) => parameter.in === place && parameter.name in parameters)
  const known = new Set(operation.parameters.map(({ name }) => name))
  const unknown = Object.keys(parameters).filter((name) => !known.has(name))
  const query = new URLSearchParams([...at("query").map(({ name }) => name), ...unknown].map((name) => [name, textOf(parameters[name])]))
  const path = at("path").reduce((text, { name }) => text.replace(`{${name}}`, segmentOf(parameters[name])), operation.path)
  return {
    url: `${product.url}${path}${query.size === 0 ? "" : `?${query}`}`,
    headers: Object.fromEntries(at("header").map(({ name }) => [name, headerOf(parameters[name])])),
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  }
}

const ask = async (operation: Operation, inputs: Inputs) => {
  const { body, headers, url } = requestOf(operation, inputs)
  const response = await fetch(url, {
    method: operation.method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers, ...(await people.headersFor(operation)) },
    ...(body === undefined ? {} : { body }),
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWER_MILLIS_MAX)
  })
  if (response.status === 401 || (response.ok && operation.path.startsWith("/auth/log"))) people.forget(operation)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** The document is what a client goes by: what fits it may be refused for what stands in the books, and not for its shape. */
const shapeFindings = (operation: Operation, received: Received): ReadonlyArray<string> =>
  refusedForShape(operation, received) ? [`${received.status} to what fits: ${received.text}`] : []

interface Received {
  readonly status: number
  readonly text: string
}

const check = (
  operation: Operation,
  inputs: fc.Arbitrary<Inputs>,
  more: (operation: Operation, received: Received) => ReadonlyArray<string>
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(inputs, async (drawn) => {
      const answer = await ask(operation, drawn)
      expect([...judge.findings(operation, answer), ...more(operation, answer)]).toEqual([])
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true }
  )

const named = operations.map((operation) => [operation.name, operation] as const)

describe(`asked with what fits (seed ${SEED})`, () => {
  it.each(named)("%s", (_, operation) => check(operation, inputsOf(operation), shapeFindings))
})

describe(`asked with what does not quite fit (seed ${SEED})`, () => {
  it.each(named)("%s", (_, operation) => check(operation, spoiled(operation), () => []))
})

it("and every account can still be read, and the server is ready", async () => {
  const { cookie, accountId } = await people.trader()
  expect((await fetch(`${product.url}/accounts/${accountId}`, { headers: { cookie } })).status).toBe(200)
  expect((await fetch(`${product.url}/readyz`)).status).toBe(200)
})
