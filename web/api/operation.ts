/**
 * operation: requests of the contract, for the browser.
 *
 * The types come from the contract's groups, so that a path, a field or an answer that the contract does not know is refused by the compiler;
 * what is sent and what arrives goes through the contract's schemas. What the groups declare besides (routing, problems, documentation) is the
 * server's: a page can ask without it, and is a fifth smaller.
 */
import { Result, Schema } from "effect"
import type { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { OWN_REQUEST, OWN_REQUEST_HEADER } from "#contract/ownRequest.ts"
import { type Failure, failureOf, failureWith } from "./failure.ts"

export type Answer<A> = Result.Result<A, Failure>

/** A request that is ready; each call sends it. Never throws. */
export type Request<A> = (signal?: AbortSignal) => Promise<Answer<A>>

type OperationOf<Group> = Extract<HttpApiGroup.Endpoints<Group>, HttpApiEndpoint.ConstraintRequest>
type RouteOf<Operation> = Operation extends { readonly method: infer Method extends string; readonly path: infer Path extends string }
  ? `${Method} ${Path}`
  : never
type OperationAt<Operation, Route> = Operation extends HttpApiEndpoint.ConstraintRequest
  ? RouteOf<Operation> extends Route
    ? Operation
    : never
  : never

/** Values of a path, a query or the headers, as they are written there. */
type Texts<Fields> = { readonly [Name in keyof Fields]: string }
type Part<Name extends string, S, Value> = [S] extends [never] ? unknown : { readonly [_ in Name]: Value }
type Input<Operation extends HttpApiEndpoint.ConstraintRequest> = Part<
  "params",
  Operation["~Params"],
  Texts<Operation["~Params"]["Type"]>
> &
  Part<"query", Operation["~Query"], Texts<Operation["~Query"]["Type"]>> &
  Part<"headers", Operation["~Headers"], Texts<Operation["~Headers"]["Type"]>> &
  Part<"payload", Operation["~Payload"], Operation["~Payload"]["Type"]>
type Arguments<Operation extends HttpApiEndpoint.ConstraintRequest> =
  unknown extends Input<Operation> ? readonly [] : readonly [input: Input<Operation>]

/** What the answer's body holds. */
type Body<Success> =
  Success extends HttpApiSchema.WithHeaders<infer Inner, infer _Headers>
    ? Body<Inner>
    : Success extends Schema.Constraint
      ? Success["Type"]
      : never

/** Without `success` nobody reads the answer; `payload` may be left out where it is JSON as it stands. */
type Codecs<Operation extends HttpApiEndpoint.ConstraintRequest> = {
  readonly success?: Schema.ConstraintDecoder<Body<Operation["~Success"]>>
} & ([Operation["~Payload"]["Type"]] extends [Schema.Json]
  ? { readonly payload?: Schema.ConstraintCodec<Operation["~Payload"]["Type"], unknown> }
  : { readonly payload: Schema.ConstraintCodec<Operation["~Payload"]["Type"], unknown> })
type Read<C> = C extends { readonly success: Schema.ConstraintDecoder<infer A> } ? A : void

interface Parts {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly payload?: unknown
}

const urlOf = (path: string, { params = {}, query = {} }: Parts): string => {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value)
  return search.size === 0 ? filled : `${filled}?${search}`
}

const exchange = async (url: string, init: RequestInit, isRead: boolean): Promise<Answer<unknown>> => {
  let response: Response
  try {
    response = await fetch(url, init)
  } catch {
    return Result.fail(failureWith("UNREACHABLE"))
  }
  if (response.ok && !isRead) return Result.succeed(undefined)
  const content: unknown = await response.json().catch(() => undefined)
  return response.ok ? Result.succeed(content) : Result.fail(failureOf(content))
}

type AnySchema = Schema.ConstraintCodec<unknown, unknown>

const requester = (route: string, codecs: { readonly payload?: AnySchema; readonly success?: Schema.ConstraintDecoder<unknown> }) => {
  const [method = "", path = ""] = route.split(" ")
  const encode = codecs.payload === undefined ? (payload: unknown) => payload : Schema.encodeUnknownSync(codecs.payload)
  const decode = codecs.success === undefined ? undefined : Schema.decodeUnknownResult(codecs.success)
  return (parts: Parts = {}): Request<unknown> =>
    async (signal) => {
      const hasBody = parts.payload !== undefined
      const headers = { ...parts.headers, [OWN_REQUEST_HEADER]: OWN_REQUEST, ...(hasBody ? { "content-type": "application/json" } : {}) }
      const body = hasBody ? { body: JSON.stringify(encode(parts.payload)) } : {}
      const answer = await exchange(
        urlOf(path, parts),
        { method, headers, ...body, ...(signal === undefined ? {} : { signal }) },
        decode !== undefined
      )
      if (decode === undefined || Result.isFailure(answer)) return answer
      return Result.mapError(decode(answer.success), () => failureWith("UNREADABLE"))
    }
}

/** How the operations of a group are named: by method and path, as the contract writes them. */
export function operationsOf<Group>(): <
  const Route extends RouteOf<OperationOf<Group>>,
  const C extends Codecs<OperationAt<OperationOf<Group>, Route>>
>(
  route: Route,
  codecs: C
) => (...input: Arguments<OperationAt<OperationOf<Group>, Route>>) => Request<Read<C>>
// At run time a request is its parts, and its answer what the schema made of it: the types are the contract's alone.
export function operationsOf(): unknown {
  return requester
}
