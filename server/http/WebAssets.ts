/**
 * WebAssets: the built files whose names carry their hash. Each is read and compressed once, when it is first asked for, and answered from
 * memory after that: a request that anybody may make, as often as they like, costs neither files nor compression.
 */
import { Effect } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { readFile } from "node:fs/promises"
import path from "node:path"
import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"

/** Files that are kept; a build has about fifty. */
export const ASSETS_MAX = 1_000
/** Below, compressing saves no packet. */
const COMPRESSED_BYTES_MIN = 1_024
const BROTLI_QUALITY = 9

const NAME = /^[\w-][\w.-]{0,200}$/u
const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2"
}
/** The rest is compressed already. */
const COMPRESSIBLE: ReadonlySet<string> = new Set([".js", ".css", ".json", ".map", ".svg"])

type Coding = "br" | "gzip" | "identity"
export interface Asset {
  readonly type: string
  readonly bytes: Readonly<Partial<Record<Coding, Uint8Array>>> & { readonly identity: Uint8Array }
}

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)

const load = async (file: string): Promise<Asset> => {
  const extension = path.extname(file)
  const type = TYPES[extension] ?? "application/octet-stream"
  const identity = await readFile(file)
  if (!COMPRESSIBLE.has(extension) || identity.length < COMPRESSED_BYTES_MIN) return { type, bytes: { identity } }
  const [br, gz] = await Promise.all([
    brotli(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
    gzipped(identity)
  ])
  return { type, bytes: { identity, br, gzip: gz } }
}

/** RFC 9110, 12.5.3: what the client takes and we have, the smallest first. */
export const codingOf = (asset: Asset, acceptEncoding: string): Coding => {
  const accepted = new Set(
    acceptEncoding
      .toLowerCase()
      .split(",")
      .filter((one) => !/;\s*q=0(\.0*)?\s*$/u.test(one))
      .map((one) => one.split(";", 1)[0]?.trim())
  )
  if (accepted.has("br") && asset.bytes.br !== undefined) return "br"
  return accepted.has("gzip") && asset.bytes.gzip !== undefined ? "gzip" : "identity"
}

const answerOf = (asset: Asset, acceptEncoding: string): HttpServerResponse.HttpServerResponse => {
  const coding = codingOf(asset, acceptEncoding)
  return HttpServerResponse.uint8Array(asset.bytes[coding] ?? asset.bytes.identity, {
    contentType: asset.type,
    headers: {
      "cache-control": "public, max-age=31536000, immutable",
      ...(asset.bytes.br === undefined ? {} : { vary: "Accept-Encoding" }),
      ...(coding === "identity" ? {} : { "content-encoding": coding })
    }
  })
}

/** Answers files of `folder`, which has no folders of its own. What is not there is left to the envelope. */
export const makeWebAssets = (folder: string) => {
  const assets = new Map<string, Promise<Asset | undefined>>()

  const find = (name: string): Promise<Asset | undefined> => {
    const known = assets.get(name)
    if (known !== undefined) return known
    const loaded = load(path.join(folder, name)).catch(() => undefined)
    if (assets.size >= ASSETS_MAX) return loaded
    assets.set(name, loaded)
    // what is not there takes no room, and may come with the next build
    void loaded.then((asset) => asset === undefined && assets.delete(name))
    return loaded
  }

  return Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const name = (request.url.split(/[?#]/u, 1)[0] ?? "").replace(/^\/(assets\/)?/u, "")
    const asset = NAME.test(name) ? yield* Effect.promise(() => find(name)) : undefined
    return asset === undefined ? HttpServerResponse.empty({ status: 404 }) : answerOf(asset, request.headers["accept-encoding"] ?? "")
  })
}
