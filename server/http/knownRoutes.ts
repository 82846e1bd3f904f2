/** knownRoutes: which methods a path answers to, so that a wrong method is told apart from a wrong path. */
import { Api } from "#contract/Api.ts"

interface KnownRoute {
  readonly pattern: RegExp
  readonly methods: Set<string>
}

/** Routes beside the contract; without those of development, which production must not know of. */
export const PLAIN_ROUTES = ["/stream", "/metrics", "/docs", "/openapi.json", "/problems"] as const

const collect = (): ReadonlyArray<KnownRoute> => {
  const routes = new Map<string, KnownRoute>()
  const add = (path: string, method: string): void => {
    const route = routes.get(path) ?? {
      pattern: new RegExp(`^${path.replaceAll(".", "\\.").replace(/:\w+/gu, "[^/]+")}$`, "u"),
      methods: new Set()
    }
    route.methods.add(method)
    if (method === "GET") route.methods.add("HEAD")
    routes.set(path, route)
  }
  for (const group of Object.values(Api.groups)) for (const { method, path } of Object.values(group.endpoints)) add(path, method)
  for (const path of PLAIN_ROUTES) add(path, "GET")
  return [...routes.values()]
}

const routes = collect()

/** Methods that `path` (without its query) answers to; empty for a path that does not exist. */
export const methodsOf = (path: string): ReadonlyArray<string> => [
  ...new Set(routes.filter((route) => route.pattern.test(path)).flatMap((route) => [...route.methods]))
]
