/** serviceClient: the CRM of the tests: fetch, and a key. */
import { DEMO_SERVICE_KEY } from "#server/DemoLogins.ts"
import type { Answer, TradingClient } from "./TradingClient.ts"

export interface ServiceClient {
  readonly send: <Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>
  ) => Promise<Answer<Body> & { readonly headers: Headers }>
}

/** With the published key of a demo unless told another bearer, or null for none. */
export const serviceClient = (origin: () => string, bearer: string | null = DEMO_SERVICE_KEY): ServiceClient => ({
  send: async (method, path, body, headers = {}) => {
    const response = await fetch(origin() + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...headers
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(60_000)
    })
    const text = await response.text()
    const isJson = /json/u.test(response.headers.get("content-type") ?? "")
    return { status: response.status, headers: response.headers, body: text === "" ? {} : isJson ? JSON.parse(text) : { text } }
  }
})

/** A new key with these scopes. */
export const makeKey = async (admin: TradingClient, service: string, scopes: ReadonlyArray<string>, more: object = {}) => {
  const answer = await admin.send<{ key: string; keyId: string }>("POST", "/admin/service-keys", { service, scopes, ...more })
  if (answer.status !== 201) throw new Error(`no key: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
