/** The CRM look-alike as a process of its own. */
import { type Child, describeExit, startChild } from "#dev/Child.ts"

const READY_MILLIS_MAX = 20_000

export interface CrmProcess extends Child {
  readonly url: string
}

export interface CrmProcessOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** Where Keel answers. */
  readonly keelUrl: string
  readonly serviceKey: string
}

/** Resolves when it listens; it connects to Keel by itself, as soon as there is one. */
export const startCrm = async ({ keelUrl, port, serviceKey }: CrmProcessOptions): Promise<CrmProcess> => {
  const listening = Promise.withResolvers<string>()
  const child = startChild({
    command: ["simulator/crm/main.ts"],
    env: { CRM_PORT: String(port), KEEL_URL: keelUrl, KEEL_SERVICE_KEY: serviceKey },
    onLine: (line) => (line.startsWith("crm ready") ? listening.resolve(line.split("url=")[1] ?? "") : console.log(line))
  })
  void child.exited.then((exit) => listening.reject(new Error(`the CRM look-alike ended ${describeExit(exit)}`)))
  const patience = setTimeout(() => {
    listening.reject(new Error(`the CRM look-alike is not ready after ${READY_MILLIS_MAX / 1000} s`))
    child.kill("SIGKILL")
  }, READY_MILLIS_MAX)
  const url = await listening.promise.finally(() => clearTimeout(patience))
  return { ...child, url }
}
