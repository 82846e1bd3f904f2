import { Effect } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { brotliDecompressSync, gunzipSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { makeWebAssets } from "#server/http/WebAssets.ts"

const SCRIPT = "export const answer = 42\n".repeat(200)

let folder: string
let assets: ReturnType<typeof makeWebAssets>
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "keel-assets-"))
  await writeFile(path.join(folder, "app-1a2b.js"), SCRIPT)
  await writeFile(path.join(folder, "small-1a2b.css"), "a{}")
  assets = makeWebAssets(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const ask = async (url: string, acceptEncoding?: string) => {
  const headers = acceptEncoding === undefined ? {} : { "accept-encoding": acceptEncoding }
  const request = HttpServerRequest.fromWeb(new Request(`http://keel${url}`, { headers }))
  const answer = await Effect.runPromise(Effect.provideService(assets, HttpServerRequest.HttpServerRequest, request))
  if (answer.status === 404) return undefined
  const response = HttpServerResponse.toWeb(answer)
  return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
}

describe("a built file", () => {
  it.each([
    ["br, gzip", "br"],
    ["gzip, deflate, br;q=0.9", "br"],
    ["gzip", "gzip"],
    ["gzip;q=0, BR", "br"],
    ["br;q=0, gzip", "gzip"],
    ["br;q=0.0", null],
    ["deflate", null],
    ["identity", null],
    [undefined, null]
  ])("is sent to who accepts %s as %s", async (accepted, coding) => {
    const answer = await ask("/assets/app-1a2b.js?v=1", accepted)
    expect(answer?.headers.get("content-encoding")).toBe(coding)
    expect(answer?.headers.get("vary")).toBe("Accept-Encoding")
    expect(answer?.headers.get("content-type")).toBe("text/javascript; charset=utf-8")
    expect(answer?.headers.get("cache-control")).toBe("public, max-age=31536000, immutable")
    const bytes = answer?.bytes ?? Buffer.alloc(0)
    const text = coding === "br" ? brotliDecompressSync(bytes) : coding === "gzip" ? gunzipSync(bytes) : bytes
    expect(text.toString("utf8")).toBe(SCRIPT)
  })

  it("that is small is not compressed", async () => {
    const answer = await ask("/small-1a2b.css", "br")
    expect(answer?.headers.get("content-encoding")).toBeNull()
    expect(answer?.headers.get("vary")).toBeNull()
  })

  it("is read once", async () => {
    await ask("/assets/app-1a2b.js")
    await rm(path.join(folder, "app-1a2b.js"))
    expect((await ask("/assets/app-1a2b.js"))?.bytes.length).toBe(SCRIPT.length)
  })

  it("that was not there before it was built is there after", async () => {
    expect(await ask("/assets/late-1a2b.js")).toBeUndefined()
    await writeFile(path.join(folder, "late-1a2b.js"), "late")
    expect((await ask("/assets/late-1a2b.js"))?.bytes.toString()).toBe("late")
  })

  it.each(["/assets/none.js", "/assets/..", "/assets/../WebAssets.ts", "/assets/%2e%2e/x", "/assets/.env", "/assets/", "/assets/a/b.js"])(
    "%s is none",
    async (url) => {
      expect(await ask(url)).toBeUndefined()
    }
  )
})
