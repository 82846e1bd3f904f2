/**
 * shapeRefusal: what an endpoint's schemas do not look at. A query where none is asked for is refused like an unknown field, and a body must say
 * that it is JSON, in UTF-8 and not encoded: one that says nothing is what a foreign page can send without asking.
 */
import { UnsupportedMediaType, ValidationFailed, VALIDATION_ISSUES_MAX } from "#contract/Problem.ts"
import type { HttpServerRequest } from "effect/http"
import type { HttpApiEndpoint } from "effect/http-api"

const JSON_TYPE = /^\s*application\/json\s*(;|$)/iu
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/iu

const isUtf8 = (mediaType: string): boolean => {
  const charset = CHARSET.exec(mediaType)?.[1]
  return charset === undefined || /^utf-?8$/iu.test(charset)
}

const isPlainBody = ({ headers }: HttpServerRequest.HttpServerRequest): boolean => {
  if (headers["transfer-encoding"] === undefined && (headers["content-length"] ?? "0") === "0") return true
  const mediaType = headers["content-type"]
  return (
    mediaType !== undefined &&
    JSON_TYPE.test(mediaType) &&
    isUtf8(mediaType) &&
    (headers["content-encoding"] ?? "identity").toLowerCase() === "identity"
  )
}

const unexpectedQuery = (url: string): ValidationFailed | undefined => {
  const start = url.indexOf("?") + 1
  const names = start === 0 ? [] : [...new Set(new URLSearchParams(url.slice(start)).keys())]
  if (names.length === 0) return undefined
  return new ValidationFailed({
    errors: names.slice(0, VALIDATION_ISSUES_MAX).map((name) => ({
      in: "query" as const,
      pointer: `/${name.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`,
      detail: "Unexpected key"
    }))
  })
}

export const shapeRefusal = (
  request: HttpServerRequest.HttpServerRequest,
  { payload, query }: Pick<HttpApiEndpoint.Top, "payload" | "query">
): ValidationFailed | UnsupportedMediaType | undefined => {
  if (payload.size > 0 && !isPlainBody(request)) return new UnsupportedMediaType({})
  return query === undefined ? unexpectedQuery(request.url) : undefined
}
