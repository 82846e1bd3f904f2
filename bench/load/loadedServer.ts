/** `node bench/load/loadedServer.ts ACCOUNTS ORDERS_PER_SECOND SYMBOLS`: the server, with accounts that trade inside it. */
import { actorTraders } from "#bench/load/ActorTraders.ts"
import { makeServer, runServer } from "#server/main.ts"

const [accounts = 0, perSecond = 0, symbols = 0] = process.argv.slice(2).map(Number)
runServer(makeServer(actorTraders({ accounts, perSecond, symbols })))
