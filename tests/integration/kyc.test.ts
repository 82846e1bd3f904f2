/** Documents through a real server and a real object store: what is taken, what is refused, and what happens when the store fails. */
import http from "node:http"
import { deflateSync } from "node:zlib"
import { DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { type Effect, ManagedRuntime, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { makeDatabase } from "#db/Database.ts"
import { UPLOADS_PER_DAY_MAX } from "#db/KycRecords.ts"
import { DEVELOPMENT_STORE } from "#dev/objectStoreProcess.ts"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import type { KycFileRefusal, KycFileType } from "#domain/KycFile.ts"
import { KYC_FILE_BYTES_MAX } from "#domain/kycFileLimits.ts"
import { jpeg, jpegSegment, pdf, pdfStream, png, pngOf, without, zipEnd } from "#server/kyc/inspection/testingFiles.ts"
import { APPROVE_ADDRESS, APPROVE_IDENTITY, CrmReviewer, dayIn, KycClient, put } from "./kycClient.ts"
import { registerPerson, type Person } from "./securityClient.ts"
import { ADMINISTRATOR, eventually, TradingClient } from "./TradingClient.ts"

const BUCKET = "keel-documents"
const ORPHAN_AGE_MILLIS = 5_000

let product: Product
let crm: CrmReviewer
let store: S3Client
let database: ReturnType<typeof makeRuntime>
let person: Person
let kyc: KycClient
const makeRuntime = (url: string) => ManagedRuntime.make(makeDatabase(Redacted.make(url)))

beforeAll(async () => {
  product = await startProduct({ env: { KYC_ORPHAN_AGE_MILLIS: String(ORPHAN_AGE_MILLIS), KYC_SWEEP_MILLIS: "1000" } })
  crm = new CrmReviewer(() => product.url)
  database = makeRuntime(product.databaseUrl)
  store = new S3Client({
    endpoint: product.objectStore.url,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: DEVELOPMENT_STORE,
    requestChecksumCalculation: "WHEN_REQUIRED"
  })
})
afterAll(async () => {
  store?.destroy()
  await database?.dispose()
  await product?.stop()
})
beforeEach(async () => {
  person = await registerPerson(product.url)
  kyc = new KycClient(person.client)
})

const query = <A extends object>(text: (sql: SqlClient.SqlClient) => Effect.Effect<ReadonlyArray<A>, unknown>): Promise<ReadonlyArray<A>> =>
  database.runPromise(SqlClient.SqlClient.use(text))
const objectKeys = async (): Promise<ReadonlyArray<string>> =>
  (await store.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents?.map(({ Key }) => Key ?? "") ?? []
const referredKeys = async (): Promise<ReadonlyArray<string>> =>
  (await query<{ object_key: string }>((sql) => sql`SELECT object_key FROM kyc_file ORDER BY object_key`)).map(
    ({ object_key }) => object_key
  )

/** What the CRM was told of this client, oldest first. */
const told = async (): Promise<ReadonlyArray<Record<string, unknown>>> =>
  (
    await query<{ data: Record<string, unknown> }>(
      (sql) => sql`SELECT data FROM outbox WHERE type = 'kyc.status_changed' AND user_id = ${person.userId} ORDER BY id`
    )
  ).map(({ data }) => data)

const passport = { kind: "passport", file: png() } as const
const utilityBill = { kind: "proofOfAddress", file: pdf(), type: "application/pdf" } as const

describe("a client", () => {
  it("sends what is asked for, is reviewed and approved, and the CRM is told each time", async () => {
    expect(await kyc.overview()).toMatchObject({ enabled: true, status: "notStarted", documents: [] })
    const identity = await kyc.sent(passport)
    expect(identity).toMatchObject({
      kind: "passport",
      state: "submitted",
      missing: [],
      sides: [{ side: "page", bytes: passport.file.length }]
    })
    const address = await kyc.sent(utilityBill)
    expect(await kyc.overview()).toMatchObject({
      status: "pending",
      required: [
        { proof: "identity", status: "pending" },
        { proof: "address", status: "pending" }
      ]
    })

    const waiting = await crm.documents(`state=submitted&userId=${person.userId}`)
    expect(waiting.map(({ documentId, email }) => [documentId, email])).toEqual([
      [address.documentId, person.email],
      [identity.documentId, person.email]
    ])
    expect(await crm.review(identity.documentId)).toMatchObject({ status: 200, body: { state: "inReview" } })
    expect(await crm.decide(identity.documentId, APPROVE_IDENTITY)).toMatchObject({
      status: 200,
      body: { state: "approved", status: "pending" }
    })
    expect(await crm.decide(address.documentId, APPROVE_ADDRESS)).toMatchObject({
      status: 200,
      body: { state: "approved", status: "approved" }
    })
    const { documents, status } = await kyc.overview()
    expect(status).toBe("approved")
    expect(documents.map(({ state }) => state)).toEqual(["approved", "approved"])

    expect((await told()).map(({ document, previousStatus, status }) => [document, previousStatus, status])).toEqual(
      (
        [
          [identity, "submitted", "notStarted", "pending"],
          [address, "submitted", "pending", "pending"],
          [identity, "inReview", "pending", "pending"],
          [identity, "approved", "pending", "pending"],
          [address, "approved", "pending", "approved"]
        ] as const
      ).map(([{ documentId, kind }, state, previous, now]) => [{ documentId, kind, status: state }, previous, now])
    )
  })

  it("sends both sides of a card, one after the other, and may replace one before the other is there", async () => {
    const card = { kind: "identityCard" } as const
    const half = await kyc.sent({ ...card, side: "front", file: png() })
    expect(half).toMatchObject({ state: "pendingUpload", missing: ["back"] })
    expect((await kyc.overview()).status).toBe("notStarted")
    const better = jpeg({ width: 640 })
    expect(await kyc.sent({ ...card, side: "front", file: better, type: "image/jpeg" })).toMatchObject({
      documentId: half.documentId,
      sides: [{ side: "front", bytes: better.length, contentType: "image/jpeg" }]
    })
    expect(await crm.decide(half.documentId, APPROVE_IDENTITY)).toMatchObject({ status: 409, body: { code: "DOCUMENT_NOT_SUBMITTED" } })
    const whole = await kyc.sent({ ...card, side: "back", file: png() })
    expect(whole).toMatchObject({ documentId: half.documentId, state: "submitted", missing: [] })
    const front = await crm.file(half.documentId, "front")
    expect(Buffer.from(await front.arrayBuffer()).equals(better)).toBe(true)
  })

  it("is told why a document was turned down, and sends another", async () => {
    const { documentId } = await kyc.sent(passport)
    const rejection = { decision: "reject", reason: "unreadable", comment: "The lower half is in the dark." }
    expect((await crm.decide(documentId, rejection)).status).toBe(200)
    const overview = await kyc.overview()
    expect(overview).toMatchObject({ status: "rejected", documents: [{ rejection: "unreadable", comment: rejection.comment }] })
    expect(overview.required[0]).toEqual({ proof: "identity", status: "rejected" })
    await kyc.sent(passport)
    expect((await kyc.overview()).status).toBe("pending")
  })

  it("takes a document back until somebody reviews it, and has one of a kind at a time", async () => {
    const { documentId } = await kyc.sent(passport)
    expect(await kyc.request(passport)).toMatchObject({ status: 409, body: { code: "DOCUMENT_OPEN" } })
    expect((await person.client.send("DELETE", `/kyc/documents/${documentId}`)).status).toBe(204)
    expect((await person.client.send("DELETE", `/kyc/documents/${documentId}`)).status).toBe(204)
    expect(await kyc.overview()).toMatchObject({ status: "notStarted", documents: [] })
    const second = await kyc.sent(passport)
    await crm.review(second.documentId)
    expect(await person.client.send("DELETE", `/kyc/documents/${second.documentId}`)).toMatchObject({
      status: 409,
      body: { code: "DOCUMENT_IN_REVIEW" }
    })
  })

  it("is not asked about a document that a later permission overtook", async () => {
    const first = await kyc.uploaded(passport)
    const second = await kyc.uploaded(passport)
    expect(await kyc.confirm(first.uploadId)).toMatchObject({ status: 409, body: { code: "UPLOAD_OVER" } })
    expect((await kyc.confirm(second.uploadId)).status).toBe(200)
  })

  it(`may ask for ${UPLOADS_PER_DAY_MAX} uploads a day`, async () => {
    for (let count = 0; count < UPLOADS_PER_DAY_MAX; count++) await kyc.permitted(passport)
    const refused = await kyc.request(passport)
    expect(refused).toMatchObject({ status: 429, body: { code: "TOO_MANY_REQUESTS" } })
    expect(Number(Object(refused.body).retryAfterSeconds)).toBeGreaterThan(80_000)
  })
})

describe("what another client sent", () => {
  it("does not exist", async () => {
    const permission = await kyc.uploaded(passport)
    const { documentId } = await kyc.sent({ ...utilityBill })
    const other = await registerPerson(product.url)
    const unknownUpload = `up_${"0".repeat(32)}`
    const unknownDocument = `doc_${"0".repeat(32)}`
    for (const [method, mine, missing] of [
      ["POST", `/kyc/uploads/${permission.uploadId}/confirm`, `/kyc/uploads/${unknownUpload}/confirm`],
      ["DELETE", `/kyc/uploads/${permission.uploadId}`, `/kyc/uploads/${unknownUpload}`],
      ["DELETE", `/kyc/documents/${documentId}`, `/kyc/documents/${unknownDocument}`]
    ] as const) {
      const foreign = await other.client.send(method, mine)
      const absent = await other.client.send(method, missing)
      expect(foreign.status).toBe(404)
      expect({ ...foreign.body, traceId: "" }).toEqual({ ...absent.body, traceId: "" })
    }
    for (const path of [`/admin/kyc/${documentId}`, `/admin/kyc/${documentId}/files/page`, "/admin/kyc"]) {
      expect((await person.client.send("GET", path)).status).toBe(403)
    }
    expect((await fetch(`${product.url}/crm/kyc/${documentId}/files/page`)).status).toBe(401)
    expect((await kyc.confirm(permission.uploadId)).status).toBe(200)
  })
})

describe("a request for an upload", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["more than 10 MiB", { bytes: KYC_FILE_BYTES_MAX + 1 }, "/bytes"],
    ["nothing", { bytes: 0 }, "/bytes"],
    ["half a byte", { bytes: 1.5 }, "/bytes"],
    ["a drawing", { contentType: "image/svg+xml" }, "/contentType"],
    ["a type with more behind it", { contentType: "image/png; charset=x" }, "/contentType"],
    ["an unknown kind", { kind: "libraryCard" }, "/kind"],
    ["a kind out of the prototype", { kind: "constructor" }, "/kind"],
    ["a kind that is not asked for", { kind: "sourceOfFunds" }, "/kind"],
    ["a side that the kind does not have", { side: "back" }, "/side"],
    ["a way out of the folder", { side: "../../etc/passwd" }, "/side"],
    ["a name of the file's own", { name: "../../passport.png" }, "/name"],
    ["a key of the caller's own", { objectKey: "documents/1" }, "/objectKey"]
  ])("for %s is refused", async (_, change, pointer) => {
    const answer = await person.client.send("POST", "/kyc/uploads", {
      kind: "passport",
      side: "page",
      contentType: "image/png",
      bytes: 1_000,
      ...change
    })
    expect(answer).toMatchObject({ status: 422, body: { code: "VALIDATION_FAILED", errors: [{ in: "body", pointer }] } })
  })

  it.each(["up_../../etc", "..%2f..%2fetc%2fpasswd", "up_%00", `up_${"A".repeat(32)}`])("no upload is called %s", async (uploadId) => {
    expect((await kyc.confirm(uploadId)).status).toBe(404)
  })
})

describe("the permission to upload", () => {
  const bill = { kind: "proofOfAddress", file: png() } as const

  it("is good for five minutes, and for nothing but this key, type, length and method", async () => {
    const permission = await kyc.permitted(bill)
    const url = new URL(permission.url)
    expect(url.searchParams.get("X-Amz-Expires")).toBe("300")
    expect(url.searchParams.get("X-Amz-SignedHeaders")?.split(";")).toEqual(["content-length", "content-type", "host"])
    expect(url.pathname).toMatch(new RegExp(`^/${BUCKET}/uploads/[0-9a-f]{32}$`, "u"))
    const status = async (
      change: (url: URL) => void,
      method = "PUT",
      headers: Record<string, string> = permission.headers,
      file: Buffer = bill.file
    ) => {
      const changed = new URL(permission.url)
      change(changed)
      const hasBody = method === "PUT" || method === "POST"
      return (await fetch(changed, { method, headers, ...(hasBody ? { body: new Uint8Array(file) } : {}) })).status
    }
    const as = (change: (url: URL) => void) => status(change)
    expect(await as((changed) => changed.searchParams.delete("X-Amz-Signature"))).toBe(403)
    expect(await as((changed) => changed.searchParams.set("X-Amz-Signature", "0".repeat(64)))).toBe(403)
    expect(await as((changed) => changed.searchParams.set("X-Amz-Expires", "604800"))).toBe(403)
    expect(await as((changed) => changed.searchParams.set("X-Amz-Date", "20361123T000000Z"))).toBe(403)
    expect(await as((changed) => changed.searchParams.set("X-Amz-SignedHeaders", "host"))).toBe(403)
    expect(await as((changed) => (changed.pathname = `/${BUCKET}/documents/${"0".repeat(32)}`))).toBe(403)
    expect(await as((changed) => (changed.pathname = `/${BUCKET}/uploads/../documents/1`))).toBe(403)
    expect(await as((changed) => (changed.pathname = `/other/uploads/1`))).toBe(403)
    expect(await status(() => undefined, "GET")).toBe(403)
    expect(await status(() => undefined, "DELETE")).toBe(403)
    expect(await status(() => undefined, "POST")).toBe(403)
    expect(await status(() => undefined, "PUT", { "content-type": "text/html" })).toBe(403)
    expect(await status(() => undefined, "PUT", permission.headers, Buffer.concat([bill.file, Buffer.from(" ")]))).toBe(403)
    expect(await status(() => undefined, "PUT", permission.headers, without(bill.file, 1))).toBe(403)
    expect(await kyc.confirm(permission.uploadId)).toMatchObject({ status: 409, body: { code: "UPLOAD_MISSING" } })
    expect(await status(() => undefined)).toBe(200)
    expect((await kyc.confirm(permission.uploadId)).status).toBe(200)
  })

  it("ends", async () => {
    const url = await getSignedUrl(store, new PutObjectCommand({ Bucket: BUCKET, Key: "uploads/late" }), { expiresIn: 1 })
    await eventually("the end of a second", async () =>
      (await fetch(url, { method: "PUT", body: "x" })).status === 403 ? true : undefined
    )
    expect(await (await fetch(url, { method: "PUT", body: "x" })).text()).toContain("ExpiredToken")
  })

  it("is given to pages of any origin by the store, and by the web app's policy to this store alone", async () => {
    const permission = await kyc.permitted(bill)
    const preflight = await fetch(permission.url, {
      method: "OPTIONS",
      headers: { origin: product.url, "access-control-request-method": "PUT", "access-control-request-headers": "content-type" }
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get("access-control-allow-methods")).toContain("PUT")
    const page = await fetch(product.url, { headers: { accept: "text/html" } })
    expect(page.headers.get("content-security-policy")).toContain(`connect-src 'self' ${product.objectStore.url};`)
  })

  it("does not change what was judged: a second file under it reaches nobody", async () => {
    const permission = await kyc.uploaded(bill)
    const { body } = await kyc.confirm(permission.uploadId)
    const evil = Buffer.from(bill.file)
    evil.fill("<", 60)
    expect((await put(permission, evil)).status).toBe(200)
    expect(await kyc.confirm(permission.uploadId)).toMatchObject({ status: 200, body: { documentId: body.documentId } })
    const file = await crm.file(body.documentId, "page")
    expect(Buffer.from(await file.arrayBuffer()).equals(bill.file)).toBe(true)
  })

  it("may be given back", async () => {
    const permission = await kyc.uploaded(bill)
    expect((await person.client.send("DELETE", `/kyc/uploads/${permission.uploadId}`)).status).toBe(204)
    expect(await kyc.confirm(permission.uploadId)).toMatchObject({ status: 409, body: { code: "UPLOAD_OVER" } })
  })
})

describe("a file that is not what it should be", () => {
  const text = (words: string): Buffer => Buffer.from(words, "latin1")
  it.each<[string, Buffer, KycFileType, KycFileRefusal]>([
    [
      "a page that calls itself a picture",
      text(`<!doctype html><script>alert(1)</script>${" ".repeat(99)}`),
      "image/png",
      "FILE_TYPE_NOT_ALLOWED"
    ],
    ["a program that calls itself a PDF", Buffer.concat([text("MZ"), Buffer.alloc(900)]), "application/pdf", "FILE_TYPE_NOT_ALLOWED"],
    ["a PDF that calls itself a picture", pdf(), "image/jpeg", "FILE_TYPE_MISMATCH"],
    ["a picture with an archive behind it", Buffer.concat([jpeg(), zipEnd()]), "image/jpeg", "FILE_HAS_EXTRA_DATA"],
    ["a picture with a PDF in its comment", jpeg({ before: [jpegSegment(0xfe, pdf())] }), "image/jpeg", "FILE_HAS_ACTIVE_CONTENT"],
    ["a PDF with a script", pdf({ catalog: "/OpenAction << /S /JavaScript /JS (x) >> " }), "application/pdf", "FILE_HAS_ACTIVE_CONTENT"],
    [
      "a PDF with a script in a compressed stream",
      pdf({ objects: [pdfStream(7, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflateSync(text("8 0 << /S /Launch >>")))] }),
      "application/pdf",
      "FILE_HAS_ACTIVE_CONTENT"
    ],
    ["half a picture", without(png(), 30), "image/png", "FILE_DAMAGED"],
    [
      "a picture that decompresses to 700 MB",
      pngOf(320, 240, deflateSync(Buffer.alloc(700 * 1024 * 1024))),
      "image/png",
      "FILE_HAS_EXTRA_DATA"
    ],
    ["a picture of 65,000 by 65,000", png({ width: 65_000, height: 65_000, pixels: Buffer.alloc(99) }), "image/png", "IMAGE_TOO_LARGE"]
  ])("%s: is refused, and nothing of it is kept", async (_, file, type, code) => {
    const permission = await kyc.uploaded({ kind: "passport", file, type })
    const key = new URL(permission.url).pathname.slice(BUCKET.length + 2)
    expect(await kyc.confirm(permission.uploadId)).toMatchObject({ status: 422, body: { code } })
    expect(await kyc.confirm(permission.uploadId)).toMatchObject({ status: 422, body: { code } })
    expect(await kyc.overview()).toMatchObject({ status: "notStarted", documents: [] })
    expect(await told()).toEqual([])
    await eventually("the object is gone", async () => ((await objectKeys()).includes(key) ? undefined : true))
  })

  it("of another type or length than was signed, in a store that does not check it, is refused", async () => {
    const permission = await kyc.permitted(passport)
    const Key = new URL(permission.url).pathname.slice(BUCKET.length + 2)
    await store.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: jpeg(), ContentType: "image/jpeg" }))
    expect(await kyc.confirm(permission.uploadId)).toMatchObject({ status: 422, body: { code: "FILE_SIZE_MISMATCH" } })
  })
})

describe("of many at once", () => {
  it("one confirmation makes the document, and all are answered with it", async () => {
    const { uploadId } = await kyc.uploaded(passport)
    const answers = await Promise.all(Array.from({ length: 20 }, () => kyc.confirm(uploadId)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.documentId)).size).toBe(1)
    expect((await kyc.overview()).documents.length).toBe(1)
    expect((await told()).length).toBe(1)
  })

  it("one decision stands: the same is answered the same, another is refused", async () => {
    const { documentId } = await kyc.sent(passport)
    const rejection = { decision: "reject", reason: "altered" }
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => crm.decide(documentId, index % 2 === 0 ? APPROVE_IDENTITY : rejection))
    )
    const done = answers.filter(({ status }) => status === 200)
    const refused = answers.filter(({ status }) => status === 409)
    expect([done.length, refused.length]).toEqual([10, 10])
    expect(new Set(done.map(({ body }) => body.state)).size).toBe(1)
    expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(["DOCUMENT_DECIDED"]))
    expect((await told()).length).toBe(2)
    const [again] = done
    expect(
      await crm.decide(
        documentId,
        again?.body.state === "approved" ? { ...APPROVE_IDENTITY, expiresOn: dayIn(5) } : { ...rejection, reason: "other" }
      )
    ).toMatchObject({
      status: 409
    })
  })
})

describe("a decision", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["without the date that its kind has", { decision: "approve" }, "/expiresOn"],
    ["of a document that has expired", { decision: "approve", expiresOn: dayIn(-1) }, "/expiresOn"],
    ["with a date that does not exist", { decision: "approve", expiresOn: "2031-02-30" }, "/expiresOn"]
  ])("%s is refused", async (_, decision, pointer) => {
    const { documentId } = await kyc.sent(passport)
    expect(await crm.decide(documentId, decision)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
    expect((await kyc.overview()).documents[0]?.state).toBe("submitted")
  })

  it("of a bill that is too old is refused", async () => {
    const { documentId } = await kyc.sent(utilityBill)
    expect(await crm.decide(documentId, { decision: "approve", issuedOn: dayIn(-120) })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/issuedOn" }] }
    })
    expect((await crm.decide(documentId, APPROVE_ADDRESS)).status).toBe(200)
  })

  it("may be staff's, and stands in the audit trail with every look at the file", async () => {
    const { documentId } = await kyc.sent(passport)
    const admin = new TradingClient(() => product.url)
    await admin.signIn(ADMINISTRATOR)
    const file = await fetch(`${product.url}/admin/kyc/${documentId}/files/page`, { headers: { cookie: admin.cookie } })
    expect(Buffer.from(await file.arrayBuffer()).equals(passport.file)).toBe(true)
    expect(Object.fromEntries(file.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": 'attachment; filename="passport-page.png"',
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
      "cache-control": "no-store"
    })
    expect((await admin.send("POST", `/admin/kyc/${documentId}/decision`, { decision: "reject", reason: "wrongKind" })).status).toBe(200)
    const { body } = await admin.send<{ entries: ReadonlyArray<{ action: string; actorRole: string; reason: string | null }> }>(
      "GET",
      `/admin/audit?subject=user:${person.userId}&limit=50`
    )
    expect(body.entries.map(({ action, actorRole, reason }) => [action, actorRole, reason]).slice(0, 4)).toEqual([
      ["adminKyc.decide", "admin", "wrongKind"],
      ["adminKyc.file", "admin", null],
      ["kyc.confirmUpload", "client", null],
      ["kyc.requestUpload", "client", null]
    ])
  })
})

describe("the store", () => {
  it(
    "down before, in and after an upload: nothing is half there, and it goes on when the store is back",
    { timeout: 180_000 },
    async () => {
      const waiting = await kyc.uploaded(passport)
      const begun = await kyc.permitted(utilityBill)

      // half of the file is on its way
      const file = Buffer.alloc(200_000)
      const large = await kyc.permitted({ kind: "bankStatement", file, type: "application/pdf" })
      const halfway = http.request(large.url, { method: "PUT", headers: { ...large.headers, "content-length": file.length } })
      const broken = new Promise<string>((resolve) => halfway.once("error", (error) => resolve(error.message)))
      await new Promise((resolve) => halfway.write(file.subarray(0, 100_000), resolve))
      await product.objectStore.kill()
      expect(await broken).not.toBe("")
      await expect(put(begun, utilityBill.file)).rejects.toThrow("fetch failed")

      for (const { uploadId } of [waiting, begun, large]) {
        const answer = await kyc.confirm(uploadId)
        expect(answer).toMatchObject({ status: 503, body: { code: "DOCUMENT_STORE_UNAVAILABLE" } })
        expect(Object(answer.body).retryAfterSeconds).toBeGreaterThan(0)
      }
      expect(await kyc.request({ kind: "drivingLicense", side: "front", file: png() })).toMatchObject({ status: 503 })
      expect(await kyc.overview()).toMatchObject({ status: "notStarted", documents: [] })
      // trading does not need it
      expect((await person.client.send("GET", `/accounts/${person.accountId}`)).status).toBe(200)
      expect((await fetch(`${product.url}/readyz`)).status).toBe(200)

      await product.objectStore.restart()
      expect((await kyc.confirm(waiting.uploadId)).status).toBe(200)
      expect(await kyc.confirm(large.uploadId)).toMatchObject({ status: 409, body: { code: "UPLOAD_MISSING" } })
      expect((await put(begun, utilityBill.file)).status).toBe(200)
      expect((await kyc.confirm(begun.uploadId)).status).toBe(200)
      expect((await kyc.overview()).documents.map(({ state }) => state)).toEqual(["submitted", "submitted"])
    }
  )

  it("without an object that a document has: is not answered with something else", async () => {
    const { documentId } = await kyc.sent(passport)
    const [row] = await query<{ object_key: string }>((sql) => sql`SELECT object_key FROM kyc_file WHERE document_id = ${documentId}`)
    await store.send(new PutObjectCommand({ Bucket: BUCKET, Key: row?.object_key, Body: "altered" }))
    expect((await crm.file(documentId, "page")).status).toBe(503)
    await store.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key: row?.object_key }] } }))
    expect((await crm.file(documentId, "page")).status).toBe(503)
  })

  it("keeps what documents refer to, and nothing else", { timeout: 120_000 }, async () => {
    const kept = await kyc.sent(passport)
    const canceled = await kyc.sent(utilityBill)
    await person.client.send("DELETE", `/kyc/documents/${canceled.documentId}`)
    const abandoned = await kyc.uploaded({ kind: "drivingLicense", side: "front", file: png() })
    await store.send(new PutObjectCommand({ Bucket: BUCKET, Key: "documents/nobody-knows", Body: "x" }))
    const underWay = new URL(abandoned.url).pathname.slice(BUCKET.length + 2)
    await eventually(
      "only what is referred to is left",
      async () => {
        const keys = (await objectKeys()).filter((key) => key !== underWay)
        const referred = new Set(await referredKeys())
        return keys.every((key) => referred.has(key)) ? true : undefined
      },
      60_000
    )
    // of an upload that may still be confirmed it is kept, and afterwards not
    expect(await objectKeys()).toContain(underWay)
    await query((sql) => sql`UPDATE kyc_upload SET confirm_by = 0 WHERE upload_id = ${abandoned.uploadId}`)
    await eventually("the abandoned upload is swept", async () => ((await objectKeys()).includes(underWay) ? undefined : true), 60_000)
    expect(await kyc.confirm(abandoned.uploadId)).toMatchObject({ status: 409, body: { code: "UPLOAD_OVER" } })
    expect((await crm.file(kept.documentId, "page")).status).toBe(200)
  })
})

describe("time", () => {
  it("ends an approval with its document, and the CRM is told", async () => {
    const { documentId } = await kyc.sent(passport)
    await crm.decide(documentId, APPROVE_IDENTITY)
    const { documentId: bill } = await kyc.sent(utilityBill)
    await crm.decide(bill, APPROVE_ADDRESS)
    expect((await kyc.overview()).status).toBe("approved")
    await query((sql) => sql`UPDATE kyc_document SET valid_until = ${Date.now() - 1} WHERE document_id = ${documentId}`)
    await eventually("expired", async () => ((await kyc.overview()).status === "expired" ? true : undefined))
    expect((await told()).at(-1)).toMatchObject({
      status: "expired",
      previousStatus: "approved",
      document: { documentId, status: "expired" }
    })
    const admin = new TradingClient(() => product.url)
    await admin.signIn(ADMINISTRATOR)
    const { body } = await admin.send<{ entries: ReadonlyArray<unknown> }>(
      "GET",
      `/admin/audit?subject=user:${person.userId}&action=kyc.expire`
    )
    expect(body.entries).toMatchObject([{ actorRole: "system", outcome: "done" }])
    await kyc.sent(passport)
    expect((await kyc.overview()).status).toBe("pending")
  })
})

describe("the gates", () => {
  it("stop opening and withdrawing until the client is approved, never closing", { timeout: 180_000 }, async () => {
    const gated = await product.addServer({ KYC_GATES: "trading,withdrawal" })
    const client = await registerPerson(gated.url)
    const documents = new KycClient(client.client)
    expect((await documents.overview()).gates).toEqual(["withdrawal", "trading"])
    const order = { symbol: "EURUSD", side: "buy", type: "limit", lots: "0.1", limitPrice: "0.5" }
    const place = (key: string) => client.client.command("POST", `/accounts/${client.accountId}/orders`, key, order)
    expect(await place("1")).toMatchObject({ status: 403, body: { code: "VERIFICATION_REQUIRED" } })
    expect((await client.client.command("POST", `/accounts/${client.accountId}/positions/close`, "c", {})).status).not.toBe(403)
    const identity = await documents.sent(passport)
    const address = await documents.sent(utilityBill)
    await crm.decide(identity.documentId, APPROVE_IDENTITY)
    expect((await place("2")).status).toBe(403)
    await crm.decide(address.documentId, APPROVE_ADDRESS)
    expect(await place("3")).toMatchObject({ status: 201 })
    await gated.stop()
  })

  it("are no gates where nobody has to prove anything", { timeout: 180_000 }, async () => {
    const open = await product.addServer({ KYC_ENABLED: "false", KYC_GATES: "trading" })
    const client = await registerPerson(open.url)
    const documents = new KycClient(client.client)
    expect(await documents.overview()).toMatchObject({ enabled: false, gates: [] })
    expect(await documents.request(passport)).toMatchObject({ status: 409, body: { code: "KYC_OFF" } })
    const page = await fetch(open.url, { headers: { accept: "text/html" } })
    expect(page.headers.get("content-security-policy")).toContain("connect-src 'self';")
    await open.stop()
  })
})
