/** The least that an HTTP server does: node:http reads the body as JSON and answers the same bytes. */
import { createServer } from "node:http"

const [, , port = "", answer = ""] = process.argv
const bytes = Buffer.from(answer)
createServer((request, response) => {
  let body = ""
  request.setEncoding("utf8")
  request.on("data", (part: string) => (body += part))
  request.on("end", () => {
    JSON.parse(body)
    response.writeHead(201, { "content-type": "application/json", "content-length": bytes.length }).end(bytes)
  })
}).listen(Number(port), "127.0.0.1", () => console.log(`ready http://127.0.0.1:${port}`))
