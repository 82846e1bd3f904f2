/** AnswerJudge: what is wrong with an answer, held against the OpenAPI document: a 5xx, an undeclared status or kind of body, a body or header that does not fit. */
import { isObject, objectAt, type ApiDocument, type JsonObject, type Operation } from "#dev/audit/ApiDocument.ts"
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js"
import addFormats from "ajv-formats"

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface AskedWith {
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly text: string
}

const DOCUMENT = "openapi.json"
const TEXT_SHOWN_MAX = 300

const pointer = (...path: ReadonlyArray<string>): string =>
  path.map((part) => `/${encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("")

/** References of a parameter's schema are the document's. */
const withRoot = (schema: JsonObject): JsonObject => JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#', `"$ref":"${DOCUMENT}#`))

export class AnswerJudge {
  readonly #document: ApiDocument
  readonly #ajv: Ajv2020
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(document: ApiDocument) {
    this.#document = document
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true })
    addFormats.default(this.#ajv)
    this.#ajv.addSchema(document.json, DOCUMENT)
  }

  /** Empty when nothing is. */
  findings(operation: Operation, answer: Answer): ReadonlyArray<string> {
    const status = String(answer.status)
    const declared = operation.responses[status]
    if (answer.status >= 500) return [`${status}: ${answer.text.slice(0, TEXT_SHOWN_MAX)}`]
    if (!isObject(declared)) return [`${status} is not declared: ${answer.text.slice(0, TEXT_SHOWN_MAX)}`]
    return [...this.#headerFindings(declared, answer), ...this.#bodyFindings(operation, status, declared, answer)]
  }

  /** Whether a request is what the document asks for: its query, its headers and its body. */
  fits(operation: Operation, { headers, query, text }: AskedWith): boolean {
    const named = (place: string) => operation.parameters.filter((parameter) => parameter.in === place)
    const known = new Set(named("query").map(({ name }) => name))
    const hasOnlyKnown = [...query.keys()].every((name) => known.has(name))
    const given = [
      ...named("query").map((parameter) => [parameter, query.get(parameter.name)] as const),
      ...named("header").map((parameter) => [parameter, headers.get(parameter.name)] as const)
    ]
    const isEachRight = given.every(([{ required, schema }, value]) => (value === null ? !required : this.#fitsText(schema, value)))
    return hasOnlyKnown && isEachRight && this.#fitsBody(operation, text)
  }

  /** Parameters are text, whatever they stand for. */
  #fitsText(schema: JsonObject, value: string): boolean {
    const key = JSON.stringify(schema)
    const validate = this.#validators.get(key) ?? this.#ajv.compile(withRoot(schema))
    this.#validators.set(key, validate)
    return validate(value)
  }

  #fitsBody({ body, method, path }: Operation, text: string): boolean {
    if (body === undefined || text === "") return body === undefined
    const place = `${DOCUMENT}#${pointer("paths", path, method.toLowerCase(), "requestBody", "content", "application/json", "schema")}`
    try {
      return this.#compiled(place)(JSON.parse(text))
    } catch {
      return false
    }
  }

  #headerFindings(declared: JsonObject, { headers, status }: Answer): ReadonlyArray<string> {
    return Object.entries(objectAt(declared, "headers")).flatMap(([name, given]) => {
      const { schema } = this.#document.resolve(objectAt(given))
      const value = headers.get(name)
      if (value === null) return [`${status} without its header ${name}`]
      const { pattern } = objectAt(schema)
      return typeof pattern === "string" && !new RegExp(pattern, "u").test(value) ? [`${status}: ${name} is ${value}`] : []
    })
  }

  #bodyFindings(operation: Operation, status: string, declared: JsonObject, { headers, text }: Answer): ReadonlyArray<string> {
    const content = objectAt(declared, "content")
    if (Object.keys(content).length === 0)
      return text === "" ? [] : [`${status} has a body that is not declared: ${text.slice(0, TEXT_SHOWN_MAX)}`]
    const type = (headers.get("content-type") ?? "").split(";", 1)[0] ?? ""
    if (!(type in content)) return [`${status} comes as "${type}", which is not declared`]
    if (!type.endsWith("json")) return []
    const { method, path } = operation
    const validate = this.#compiled(
      `${DOCUMENT}#${pointer("paths", path, method.toLowerCase(), "responses", status, "content", type, "schema")}`
    )
    return validate(JSON.parse(text))
      ? []
      : [`${status} does not fit its schema: ${this.#ajv.errorsText(validate.errors).slice(0, TEXT_SHOWN_MAX)}`]
  }

  /** Of the schema that stands there. */
  #compiled(place: string): ValidateFunction {
    const known = this.#validators.get(place) ?? this.#ajv.compile({ $ref: place })
    this.#validators.set(place, known)
    return known
  }
}
