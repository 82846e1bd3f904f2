/** problemsPage: what the `type` of each problem points to, made from the OpenAPI document so that it cannot miss one. */
import { Option, Schema } from "effect"

const one = <S extends Schema.Codec<unknown, unknown>>(value: S) => Schema.Struct({ enum: Schema.Tuple([value]) })

const ProblemSchema = Schema.Struct({
  properties: Schema.Struct({
    type: one(Schema.String),
    title: one(Schema.String),
    status: one(Schema.Int),
    code: Schema.Struct({ enum: Schema.Array(Schema.String) })
  })
})
const decode = Schema.decodeUnknownOption(ProblemSchema)
const decodeDocument = Schema.decodeUnknownSync(
  Schema.Struct({ components: Schema.Struct({ schemas: Schema.Record(Schema.String, Schema.Unknown) }) })
)

const TYPE_PREFIX = "/problems#"

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

const section = ({ properties: { code, status, title, type } }: typeof ProblemSchema.Type): string =>
  `<section id="${type.enum[0].slice(TYPE_PREFIX.length)}"><h2>${status.enum[0]} ${escape(title.enum[0])}</h2><p>code: ${code.enum
    .map((text) => `<code>${escape(text)}</code>`)
    .join(", ")}</p></section>`

export const problemsPage = (openApiDocument: unknown): string => {
  const schemas = Object.values(decodeDocument(openApiDocument).components.schemas)
  const problems = schemas
    .flatMap((schema) => Option.toArray(decode(schema)))
    .filter(({ properties }) => properties.type.enum[0].startsWith(TYPE_PREFIX))
  const sections = problems.toSorted((a, b) => a.properties.status.enum[0] - b.properties.status.enum[0]).map(section)
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Problems</title></head><body><h1>Problems</h1>
<p>Errors are answered as <code>application/problem+json</code> (RFC 9457). Programs go by <code>code</code>, which does not change.</p>
${sections.join("\n")}
</body></html>`
}
