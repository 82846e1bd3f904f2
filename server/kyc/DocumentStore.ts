/**
 * DocumentStore: the S3-compatible store of clients' documents. Every call is bounded in time and in size: a store that is down or slow costs
 * an answer, never more.
 *
 * The SDK is loaded at the first use: most processes of most installations never talk to the store.
 */
import type { S3Client } from "@aws-sdk/client-s3"
import type { KycFileType } from "#domain/KycFile.ts"
import { AppConfig } from "#server/Config.ts"
import type { Configuration } from "#server/settings.ts"
import { Clock, Context, Effect, Layer, Metric, Redacted, Schema } from "effect"

const CONNECT_MILLIS_MAX = 2_000
const REQUEST_MILLIS_MAX = 8_000
/** Of one call, its repetitions included. */
const DEADLINE = "12 seconds"
const ATTEMPTS_MAX = 2
/** Keys that are listed, and deleted, in one go. */
export const KEYS_PER_PAGE = 500

/** It did not answer, or not sensibly; what was asked for may be asked again. */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>()("StoreUnavailable", { cause: Schema.String }) {}

export interface StoredObject {
  readonly bytes: Uint8Array
  readonly contentType: string
}
export interface ListedObject {
  readonly key: string
  readonly modifiedAt: number
}
export interface UploadUrl {
  readonly url: string
  readonly expiresAt: number
}
export interface ObjectPage {
  readonly objects: ReadonlyArray<ListedObject>
  /** Of the next page. */
  readonly cursor: string | undefined
}

const failures = Metric.counter("keel_document_store_failures_total", {
  description: "Calls to the object store that failed",
  incremental: true
})

type Stored<A> = Effect.Effect<A, StoreUnavailable>

export class DocumentStore extends Context.Service<
  DocumentStore,
  {
    /** For one PUT of exactly this type and length. Asks the store first whether it is there. */
    readonly uploadUrl: (key: string, contentType: KycFileType, bytes: number, seconds: number) => Stored<UploadUrl>
    /** Undefined when there is none; "too large" when it has more than `bytesMax`. */
    readonly read: (key: string, bytesMax: number) => Stored<StoredObject | "too large" | undefined>
    readonly write: (key: string, bytes: Uint8Array, contentType: KycFileType) => Stored<void>
    readonly remove: (keys: ReadonlyArray<string>) => Stored<void>
    readonly list: (cursor: string | undefined) => Stored<ObjectPage>
  }
>()("server/kyc/DocumentStore") {
  static readonly layer = Layer.effect(
    DocumentStore,
    Effect.gen(function* () {
      const config = yield* AppConfig
      const sdk = yield* Effect.cached(Effect.promise(() => loadSdk(config)))

      /** One call to the store, with what every call needs. */
      const ask = <A>(call: (loaded: Sdk, signal: AbortSignal) => Promise<A>): Stored<A> =>
        Effect.flatMap(sdk, (loaded) =>
          Effect.tryPromise({
            try: (signal) => call(loaded, signal),
            catch: (cause) => new StoreUnavailable({ cause: nameOf(cause) })
          })
        ).pipe(
          Effect.timeout(DEADLINE),
          Effect.catchTag("TimeoutError", () => Effect.fail(new StoreUnavailable({ cause: "timed out" }))),
          Effect.tapError((error) =>
            Effect.andThen(Metric.update(failures, 1), Effect.logWarning("The object store failed", { cause: error.cause }))
          )
        )

      const Bucket = config.s3Bucket
      const hasBucket = ask(async ({ client, commands }, abortSignal) => {
        try {
          await client.send(new commands.HeadBucketCommand({ Bucket }), { abortSignal })
        } catch (cause) {
          if (!isMissing(cause)) throw cause
          await client.send(new commands.CreateBucketCommand({ Bucket }), { abortSignal })
        }
      })

      const uploadUrl = Effect.fn("DocumentStore.uploadUrl")(function* (
        key: string,
        ContentType: KycFileType,
        bytes: number,
        seconds: number
      ) {
        yield* hasBucket
        const now = yield* Clock.currentTimeMillis
        const url = yield* ask(({ commands, publicClient, sign }) =>
          sign(publicClient, new commands.PutObjectCommand({ Bucket, Key: key, ContentType, ContentLength: bytes }), {
            expiresIn: seconds,
            signableHeaders: new Set(["host", "content-type", "content-length"]),
            unhoistableHeaders: new Set(["content-type", "content-length"])
          })
        )
        return { url, expiresAt: now + seconds * 1000 }
      })

      return DocumentStore.of({
        uploadUrl,
        read: (Key, bytesMax) =>
          ask(async ({ client, commands }, abortSignal) => {
            try {
              const { Body, ContentLength, ContentType } = await client.send(new commands.GetObjectCommand({ Bucket, Key }), {
                abortSignal
              })
              if (Body === undefined || ContentLength === undefined) throw new Error("an answer without a body or its length")
              if (ContentLength > bytesMax) {
                await Body.transformToWebStream().cancel()
                return "too large" as const
              }
              const bytes = await Body.transformToByteArray()
              if (bytes.length !== ContentLength) throw new Error("an answer that ended early")
              return { bytes, contentType: ContentType ?? "" }
            } catch (cause) {
              if (isMissing(cause)) return undefined
              throw cause
            }
          }),
        write: (Key, bytes, ContentType) =>
          ask(({ client, commands }, abortSignal) =>
            client.send(new commands.PutObjectCommand({ Bucket, Key, Body: bytes, ContentType, ContentLength: bytes.length }), {
              abortSignal
            })
          ).pipe(Effect.asVoid),
        remove: (keys) =>
          Effect.forEach(
            keys,
            (Key) =>
              ask(({ client, commands }, abortSignal) => client.send(new commands.DeleteObjectCommand({ Bucket, Key }), { abortSignal })),
            { discard: true }
          ),
        list: (cursor) =>
          ask(async ({ client, commands }, abortSignal) => {
            const page = await client.send(
              new commands.ListObjectsV2Command({
                Bucket,
                MaxKeys: KEYS_PER_PAGE,
                ...(cursor === undefined ? {} : { ContinuationToken: cursor })
              }),
              { abortSignal }
            )
            const objects = (page.Contents ?? []).flatMap(({ Key, LastModified }) =>
              Key === undefined || LastModified === undefined ? [] : [{ key: Key, modifiedAt: LastModified.getTime() }]
            )
            return { objects, cursor: page.IsTruncated === true ? page.NextContinuationToken : undefined }
          })
      })
    })
  )
}

type Sdk = Awaited<ReturnType<typeof loadSdk>>

const loadSdk = async (config: Configuration) => {
  const [commands, { getSignedUrl: sign }] = await Promise.all([import("@aws-sdk/client-s3"), import("@aws-sdk/s3-request-presigner")])
  const clientFor = (endpoint: string): S3Client =>
    new commands.S3Client({
      endpoint,
      region: config.s3Region,
      forcePathStyle: config.s3ForcePathStyle,
      credentials: { accessKeyId: config.s3AccessKeyId, secretAccessKey: Redacted.value(config.s3SecretAccessKey) },
      // else the SDK signs a checksum of nothing into URLs, which stores then find wrong
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      maxAttempts: ATTEMPTS_MAX,
      requestHandler: { connectionTimeout: CONNECT_MILLIS_MAX, requestTimeout: REQUEST_MILLIS_MAX }
    })
  const client = clientFor(config.s3Endpoint)
  // the host is part of the signature, so a URL is made for the name that browsers use
  const publicClient = config.s3PublicEndpoint === "" ? client : clientFor(config.s3PublicEndpoint)
  return { commands, sign, client, publicClient }
}

const nameOf = (cause: unknown): string => (cause instanceof Error ? `${cause.name}: ${cause.message}`.slice(0, 300) : "unknown")

const MISSING: ReadonlySet<string> = new Set(["NoSuchKey", "NotFound", "NoSuchBucket"])
const isMissing = (cause: unknown): boolean => cause instanceof Error && MISSING.has(cause.name)
