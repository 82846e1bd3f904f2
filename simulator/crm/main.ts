/**
 * The CRM look-alike: `CRM_PORT=8093 KEEL_URL=http://localhost:8080 KEEL_SERVICE_KEY=keel_… node simulator/crm/main.ts`.
 * `npm start` runs it beside the product, with the published key of a demo.
 */
import { setTimeout as delay } from "node:timers/promises"
import { CrmServer } from "./CrmServer.ts"
import { Keel } from "./Keel.ts"

const RETRY_MILLIS = 500

const setting = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name}: missing`)
  return value
}

const keel = new Keel(setting("KEEL_URL"), setting("KEEL_SERVICE_KEY"))
const crm = new CrmServer(keel)
const server = await crm.listen(Number(process.env["CRM_PORT"] || "8093"))
const address = server.address()
const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : ""}`
process.stdout.write(`crm ready url=${url}\n`)

/** Keel may start later, or be away for a while; a refusal is told, once. */
for (let told = ""; ;) {
  try {
    crm.trust(await keel.subscribe(`${url}/webhooks/keel`))
    break
  } catch (error) {
    const isAway = error instanceof TypeError
    const text = String(error)
    if (!isAway && text !== told) process.stderr.write(`${text}\n`)
    told = text
    await delay(RETRY_MILLIS)
  }
}
