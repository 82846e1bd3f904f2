/** Runs what operators run as `npm run verify`, and answers its exit code and words. */
import { spawn } from "node:child_process"
import path from "node:path"

export const verifyDatabase = (databaseUrl: string): Promise<{ readonly code: number | null; readonly output: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ["server/verify.ts"], {
      cwd: path.resolve(import.meta.dirname, "../.."),
      env: { ...process.env, DATABASE_URL: databaseUrl, TWELVEDATA_API_KEY: "none" },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let output = ""
    child.stdout.on("data", (data) => (output += String(data)))
    child.stderr.on("data", (data) => (output += String(data)))
    child.on("close", (code) => resolve({ code, output }))
  })
