/**
 * ObjectStore: an S3-compatible store for development and tests, with its objects as files in a folder.
 *
 * fauxqs keeps the objects and believes everybody. In front of it stands what a real store would refuse: a wrong or missing signature, one
 * that has expired, a content type or length other than what was signed, a body that ends early; and the CORS answers that browsers ask for.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import http from "node:http"
import type { AddressInfo } from "node:net"
import { SignatureV4 } from "@smithy/signature-v4"
import { startFauxqs } from "fauxqs"

/** fauxqs takes no more. */
export const OBJECT_BYTES_MAX = 11 * 1024 * 1024
/** AWS signs for no longer than a week. */
const EXPIRES_SECONDS_MAX = 604_800
/** A signature in the header is good for so long, as at AWS. */
const CLOCK_SKEW_MILLIS_MAX = 900_000

export interface ObjectStoreOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly directory: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface ObjectStore {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** The hash that the signer is given: SHA-256, or HMAC when it has a key. */
class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret))
  }
  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(chunk))
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()))
  }
  reset(): void {
    throw new Error("a hash is used once")
  }
}

const bytesOf = (data: string | ArrayBuffer | ArrayBufferView): Uint8Array => {
  if (typeof data === "string") return Buffer.from(data, "utf8")
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}

/** `20261123T162500Z` */
const timeOf = (text: string): number => Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, "$1-$2-$3T$4:$5:$6Z"))

const areEqual = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))

/** Why a request is refused, as S3 names it. */
type Refusal = "AccessDenied" | "ExpiredToken" | "RequestTimeTooSkewed" | "SignatureDoesNotMatch" | "EntityTooLarge"

const STATUS: Readonly<Record<Refusal, number>> = {
  AccessDenied: 403,
  ExpiredToken: 403,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  EntityTooLarge: 400
}

/** Judges a request by signing it once more, in the same way and at the same time. */
const makeVerifier = ({ accessKeyId, secretAccessKey }: ObjectStoreOptions) => {
  const signerFor = (region: string) =>
    new SignatureV4({
      service: "s3",
      region,
      sha256: Sha256,
      uriEscapePath: false,
      applyChecksum: false,
      credentials: { accessKeyId, secretAccessKey }
    })
  const headersOf = (request: http.IncomingMessage, names: ReadonlyArray<string>): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, String(request.headers[name] ?? "")]))
  /** `key/20261123/us-east-1/s3/aws4_request` */
  const scopeOf = (credential: string) => {
    const [key = "", _day, region = ""] = credential.split("/")
    return { key, region }
  }

  const byQuery = async (request: http.IncomingMessage, url: URL): Promise<Refusal | undefined> => {
    const {
      "X-Amz-Signature": signature = "",
      "X-Amz-Algorithm": _algorithm,
      "X-Amz-Credential": credential = "",
      "X-Amz-Date": date = "",
      "X-Amz-Expires": expires = "",
      "X-Amz-SignedHeaders": signedHeaders = "",
      "X-Amz-Content-Sha256": payloadHash = "UNSIGNED-PAYLOAD",
      ...query
    } = Object.fromEntries(url.searchParams)
    const { key, region } = scopeOf(credential)
    const signedAt = timeOf(date)
    const seconds = Number(expires)
    if (key !== accessKeyId || Number.isNaN(signedAt) || !(seconds > 0 && seconds <= EXPIRES_SECONDS_MAX)) return "AccessDenied"
    if (Date.now() > signedAt + seconds * 1000) return "ExpiredToken"
    const names = signedHeaders.split(";")
    const again = await signerFor(region).presign(
      {
        method: request.method ?? "GET",
        protocol: "http:",
        hostname: request.headers.host ?? "",
        path: url.pathname,
        query,
        headers: { ...headersOf(request, names), "X-Amz-Content-Sha256": payloadHash }
      },
      {
        expiresIn: seconds,
        signingDate: new Date(signedAt),
        signableHeaders: new Set(names),
        unhoistableHeaders: new Set(names)
      }
    )
    return areEqual(String(again.query?.["X-Amz-Signature"] ?? ""), signature) ? undefined : "SignatureDoesNotMatch"
  }

  const byHeader = async (request: http.IncomingMessage, url: URL): Promise<Refusal | undefined> => {
    const authorization = request.headers.authorization ?? ""
    const part = (name: string): string => new RegExp(`${name}=([^,\\s]+)`, "u").exec(authorization)?.[1] ?? ""
    const { key, region } = scopeOf(part("Credential"))
    const signedAt = timeOf(String(request.headers["x-amz-date"] ?? ""))
    if (key !== accessKeyId || Number.isNaN(signedAt)) return "AccessDenied"
    if (Math.abs(Date.now() - signedAt) > CLOCK_SKEW_MILLIS_MAX) return "RequestTimeTooSkewed"
    const names = part("SignedHeaders").split(";")
    const again = await signerFor(region).sign(
      {
        method: request.method ?? "GET",
        protocol: "http:",
        hostname: request.headers.host ?? "",
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: headersOf(request, names)
      },
      { signingDate: new Date(signedAt), signableHeaders: new Set(names) }
    )
    const expected = /Signature=([0-9a-f]+)/u.exec(again.headers["authorization"] ?? "")?.[1] ?? ""
    return areEqual(expected, part("Signature")) ? undefined : "SignatureDoesNotMatch"
  }

  return (request: http.IncomingMessage, url: URL): Promise<Refusal | undefined> => {
    if (Number(request.headers["content-length"] ?? 0) > OBJECT_BYTES_MAX) return Promise.resolve("EntityTooLarge")
    return url.searchParams.has("X-Amz-Signature") ? byQuery(request, url) : byHeader(request, url)
  }
}

/** Any origin may ask: nothing is open to it without a signature. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, PUT, HEAD",
  "access-control-allow-headers": "content-type",
  "access-control-expose-headers": "etag",
  "access-control-max-age": "300"
}

export const startObjectStore = async (options: ObjectStoreOptions): Promise<ObjectStore> => {
  const behind = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, s3StorageDir: options.directory })
  const verify = makeVerifier(options)

  const pass = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const onward = http.request(
      {
        host: "127.0.0.1",
        port: behind.port,
        method: request.method,
        path: request.url,
        headers: { ...request.headers, host: "127.0.0.1" }
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...CORS })
        answer.pipe(response)
      }
    )
    onward.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502, CORS).end()))
    // half an object is none
    request.on("close", () => request.complete || onward.destroy())
    request.pipe(onward)
  }

  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end()
    const refusal = await verify(request, new URL(request.url ?? "/", "http://store"))
    if (refusal === undefined) return pass(request, response)
    request.resume()
    response
      .writeHead(STATUS[refusal], { "content-type": "application/xml", ...CORS })
      .end(`<?xml version="1.0"?><Error><Code>${refusal}</Code><Message>${refusal}</Message></Error>`)
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(options.port, "127.0.0.1", resolve)
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on an address, not on a pipe
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await behind.stop()
    }
  }
}
