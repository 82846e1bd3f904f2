/** docs/crm.md, run as it stands there. */
import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { Webhook } from "standardwebhooks"
import { afterAll, beforeAll, expect, it } from "vitest"
import { root } from "#dev/Child.ts"
import { type Product, startProduct } from "#dev/TestProduct.ts"
import { startReceiver, type WebhookReceiver } from "./webhookReceiver.ts"

let product: Product
let receiver: WebhookReceiver
beforeAll(async () => {
  ;[product, receiver] = await Promise.all([startProduct(), startReceiver()])
})
afterAll(async () => {
  await receiver?.stop()
  await product?.stop()
})

const guide = fs.readFileSync(path.join(root, "docs/crm.md"), "utf8")
const commands = [...guide.matchAll(/^```sh\n(.*?)^```$/gmsu)].map(([, block = ""]) => block)

const run = (script: string, env: Record<string, string>): Promise<{ readonly code: number; readonly output: string }> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 100_000 }
    execFile("bash", ["-euo", "pipefail", "-c", script], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr })
    )
  })

it("every command of the guide works", async () => {
  expect(commands.length).toBeGreaterThanOrEqual(10)
  receiver.answer = (response) => response.writeHead(204).end()
  const mark = (block: string, index: number) => `echo "== ${index}"\n${block}`
  const { code, output } = await run(commands.map(mark).join("\n"), { KEEL: product.url, HOOK: receiver.url })
  expect([code, output]).toEqual([0, output])
  expect(output).toContain("demo@keel.example")
  expect(output).toMatch(/client [\w-]{36}, account \d+/u)
  expect(output).toContain('"status": 204')
  expect(output).toContain('"balanceAfter": "1000.00"')
  expect(output).toContain('"applied": false')
  expect(output).toMatch(/^true$/mu)
  expect(output).toContain('"expiresAt"')
  expect(output).toContain('"type": "user.logout"')
})

it("the signature that it computes with openssl is the reference implementation's", async () => {
  const secret = `whsec_${randomBytes(32).toString("base64")}`
  const { code, output } = await run(`${commands[4] ?? ""}\necho "at=$AT"`, { SECRET: secret })
  expect([code, output]).toEqual([0, output])
  const at = new Date(Number(/at=(\d+)/u.exec(output)?.[1]) * 1000)
  expect(output.split("\n")[0]).toBe(new Webhook(secret).sign("evt_example", at, '{"type":"test"}'))
})
