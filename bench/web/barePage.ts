/** barePage: the peer of this bench: a page that writes everything the stream says into the document as plain text, and does nothing else. */
import type { Page } from "playwright-core"

/** Runs in the browser. */
const script = (symbols: ReadonlyArray<string>): string => `{
  document.body.innerHTML = '<pre id="figures"></pre><pre id="quotes"></pre><pre id="positions"></pre>'
  const quotes = new Map()
  const write = (id, lines) => { document.getElementById(id).textContent = lines.join("\\n") }
  const socket = new WebSocket(location.origin.replace("http", "ws") + "/stream")
  socket.onopen = () => socket.send(${JSON.stringify(JSON.stringify({ type: "subscribe", symbols }))})
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data)
    if (message.type === "quotes" || message.type === "snapshot") {
      for (const quote of message.quotes) quotes.set(quote.symbol, quote)
      write("quotes", [...quotes.values()].map(({ symbol, bid, ask }) => symbol + " " + bid + " " + ask))
    }
    if (message.type === "account") {
      write("figures", [message.equity, message.freeMargin, message.marginLevelPercent, message.floatingProfit])
      write("positions", message.positions.map(({ positionId, currentPrice, floatingProfit }) => positionId + " " + currentPrice + " " + floatingProfit))
    }
  }
}`

/** In the product's own document, whose programs are kept from loading: its origin, its session, its rules about connections. */
export const openBarePage = async (page: Page, symbols: ReadonlyArray<string>): Promise<void> => {
  await page.route("**/*.js", (route) => route.abort())
  await page.goto("/")
  await page.evaluate(script(symbols))
  await page.locator("#positions").filter({ hasText: "P1 " }).waitFor()
}
