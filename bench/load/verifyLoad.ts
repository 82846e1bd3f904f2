/** Runs what operators run as `npm run verify` against a load's database, and answers its last line; throws when it finds anything. */
import { type Child, startChild } from "#dev/Child.ts"

export const verifyLoad = async (databaseUrl: string): Promise<string> => {
  const lines: Array<string> = []
  const child: Child = startChild({
    command: ["server/verify.ts"],
    env: { DATABASE_URL: databaseUrl, TWELVEDATA_API_KEY: "none" },
    onLine: (line) => lines.push(line),
    onErrorLine: (line) => lines.push(line)
  })
  const { code } = await child.exited
  if (code !== 0) throw new Error(`verify found something:\n${lines.slice(-20).join("\n")}`)
  return lines.at(-1) ?? ""
}
