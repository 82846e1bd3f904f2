/** The object store of development and tests as a process of its own. */
import { type Child, describeExit, startChild } from "#dev/Child.ts"

const READY_MILLIS_MAX = 20_000

/** Known to everybody; the server refuses the secret in production. */
export const DEVELOPMENT_STORE = { accessKeyId: "keel", secretAccessKey: "keel-development" } as const

export interface ObjectStoreProcess extends Child {
  readonly url: string
  /** What a server needs to use it. */
  readonly env: Readonly<Record<string, string>>
}

export interface ObjectStoreProcessOptions {
  readonly directory: string
  /** 0 takes a free one. */
  readonly port: number
}

/** Resolves when it listens. */
export const startObjectStoreProcess = async ({ directory, port }: ObjectStoreProcessOptions): Promise<ObjectStoreProcess> => {
  const listening = Promise.withResolvers<string>()
  const child = startChild({
    command: ["dev/objectStoreMain.ts", directory, String(port)],
    onLine: (line) => (line.startsWith("object store ready") ? listening.resolve(line.split("url=")[1] ?? "") : console.log(line))
  })
  void child.exited.then((exit) => listening.reject(new Error(`the object store ended ${describeExit(exit)}`)))
  const patience = setTimeout(() => {
    listening.reject(new Error(`the object store is not ready after ${READY_MILLIS_MAX / 1000} s`))
    child.kill("SIGKILL")
  }, READY_MILLIS_MAX)
  const url = await listening.promise.finally(() => clearTimeout(patience))
  const { accessKeyId, secretAccessKey } = DEVELOPMENT_STORE
  return { ...child, url, env: { S3_ENDPOINT: url, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } }
}
