/** TestServer: one server as a process of its own, on free ports of loopback, that can be killed and started again. */
import { freePort } from "#db/EmbeddedPostgres.ts"
import { type Child, startChild } from "#dev/Child.ts"
import { SERVER_PROGRAM, serverReady } from "#dev/serverProcess.ts"

const LOG_LINES_MAX = 500

export interface TestServer {
  /** Origin of web app, API and stream. */
  readonly url: string
  /** Of the process that runs now, or ran last. */
  readonly pid: () => number
  /** The last lines that it wrote. */
  readonly log: () => string
  /** Resolves when the process has ended. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>
  /** A new process on the same ports, after the old one has ended or been stopped; resolves when it is ready. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** What runs instead of the server itself: the server and more. */
export interface TestProgram {
  readonly command: ReadonlyArray<string>
  readonly onLine: (line: string) => void
}

export const startTestServer = async (settings: Record<string, string>, program?: TestProgram): Promise<TestServer> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = {
    NODE_ENV: "test",
    HOST: "127.0.0.1",
    PORT: String(port),
    PUBLIC_ORIGIN: url,
    RUNNER_PORT: String(await freePort()),
    DEMO_ACCOUNTS: "true",
    LOG_FORMAT: "json",
    ...settings
  }
  const lines: Array<string> = []
  const keep = (line: string): void => {
    lines.push(line)
    if (lines.length > LOG_LINES_MAX) lines.shift()
  }
  let child: Child
  const start = async (): Promise<void> => {
    child = startChild({ env, command: program?.command ?? SERVER_PROGRAM, onLine: program?.onLine ?? keep, onErrorLine: keep })
    const failure = await serverReady(child, url).then(
      (isReady) => (isReady ? undefined : "the server does not become ready"),
      (error: unknown) => (error instanceof Error ? error.message : String(error))
    )
    if (failure === undefined) return
    await child.stop()
    throw new Error([failure, ...lines].join("\n"))
  }
  await start()
  return {
    url,
    pid: () => child.pid,
    log: () => lines.join("\n"),
    kill: async (signal = "SIGKILL") => {
      child.kill(signal)
      await child.exited
    },
    restart: async () => {
      await child.stop()
      await start()
    },
    stop: () => child.stop()
  }
}
