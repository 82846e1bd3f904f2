/** StreamHub: all streams of this node: who gets which quotes, and which accounts are watched. */
import { Accounts, type AccountView } from "#actors/account/AccountProtocol.ts"
import { Configurations } from "#actors/Configurations.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import { TradingClock } from "#actors/TradingClock.ts"
import { WatchedSymbols } from "#actors/WatchedSymbols.ts"
import { CHANGES_PER_FRAME_MAX, ClientMessage, CloseCode, HEARTBEAT_MILLIS, WATCHED_ACCOUNTS_MAX } from "#contract/Stream.ts"
import type { ChangeView } from "#contract/Views.ts"
import { SYMBOLS_MAX } from "#contract/Wire.ts"
import { AccountReads } from "#db/AccountReads.ts"
import type { Quote } from "#domain/Quote.ts"
import { AccountDirectory } from "#server/auth/AccountDirectory.ts"
import { changeView } from "#server/api/views.ts"
import { AccountFeed } from "#server/stream/AccountFeed.ts"
import { Connection, type StreamSocket, type Watcher } from "#server/stream/Connection.ts"
import { MarketStates } from "#server/stream/MarketStates.ts"
import { QuoteTexts } from "#server/stream/QuoteTexts.ts"
import { Clock, Context, Effect, FiberMap, FiberSet, Layer, Metric, Result, Schedule, Schema, Stream, type Scope } from "effect"

/** Streams of one process. */
export const CONNECTIONS_MAX = 10_000
const KEEP_ALIVE_MILLIS = HEARTBEAT_MILLIS / 3
/** How soon a client hears that a quote grew stale or a market opened or closed. */
const AGE_INTERVAL = "1 second"
/** Between two attempts to watch an account that cannot be watched right now. */
const WATCH_AGAIN_INTERVAL = "500 millis"

const connectionCount = Metric.gauge("keel_stream_connections", { description: "Open WebSocket streams" })

const decodeMessage = Schema.decodeUnknownResult(Schema.fromJsonString(ClientMessage), { onExcessProperty: "error" })

interface WatchedFeed {
  readonly feed: AccountFeed
  readonly connections: Set<Connection>
}

/** Events in order; `more`: there are more than these. */
interface Changes {
  readonly changes: ReadonlyArray<ChangeView>
  readonly more: boolean
}

export interface OpenStream {
  /** The client said something. */
  readonly receive: (text: string) => void
  readonly pong: () => void
  readonly close: (code: number, reason: string) => void
}

export class StreamHub extends Context.Service<
  StreamHub,
  {
    /** The stream lives as long as the scope. The client is told its accounts, the quotes of `symbols`, and what it asks for. */
    readonly open: (
      socket: StreamSocket,
      visitor: Watcher | undefined,
      symbols: ReadonlyArray<string>
    ) => Effect.Effect<OpenStream, never, Scope.Scope>
    readonly isFull: () => boolean
    /** Tells every client to come back later. */
    readonly drain: Effect.Effect<void>
  }
>()("server/stream/StreamHub") {
  static readonly layer = Layer.effect(
    StreamHub,
    Effect.gen(function* () {
      const accounts = yield* Accounts
      const reads = yield* AccountReads
      const directory = yield* AccountDirectory
      const configurations = yield* Configurations
      const symbols = yield* Symbols
      const watchedSymbols = yield* WatchedSymbols
      const clock = yield* Clock.Clock
      const watching = yield* FiberMap.make<string>()

      const tradingClock = yield* TradingClock
      const now = () => tradingClock.at(clock.currentTimeMillisUnsafe())
      const texts = new QuoteTexts(configurations.current, now)
      const markets = new MarketStates(configurations.current, now)
      const connections = new Set<Connection>()
      const bySymbol = new Map<string, Set<Connection>>()
      const feeds = new Map<string, WatchedFeed>()
      const prices = () => ({ configuration: configurations.current(), quote: symbols.quote })

      // ---- quotes

      const onQuote = (quote: Quote): void => {
        for (const connection of bySymbol.get(quote.symbol) ?? []) {
          connection.outbox.quote(quote)
          connection.wake()
        }
        for (const { connections: watchers, feed } of feeds.values()) {
          if (!feed.symbols.has(quote.symbol)) continue
          feed.quoteMoved()
          for (const connection of watchers) {
            connection.outbox.figuresMoved(feed.accountId)
            connection.wake()
          }
        }
      }

      const sendError = (connection: Connection, code: string, detail: string): void =>
        connection.send("error", `"code":"${code}","detail":${JSON.stringify(detail)}`)

      const subscribe = (connection: Connection, wanted: ReadonlyArray<string>): void => {
        const { instruments } = configurations.current()
        const unknown = wanted.filter((symbol) => !Object.hasOwn(instruments, symbol))
        if (unknown.length > 0) sendError(connection, "UNKNOWN_SYMBOL", unknown.join(","))
        const fresh = [...new Set(wanted)].filter((symbol) => Object.hasOwn(instruments, symbol) && !connection.symbols.has(symbol))
        if (connection.symbols.size + fresh.length > SYMBOLS_MAX) {
          return sendError(connection, "TOO_MANY_SUBSCRIPTIONS", `at most ${SYMBOLS_MAX} symbols`)
        }
        for (const symbol of fresh) {
          connection.symbols.add(symbol)
          const subscribers = bySymbol.get(symbol) ?? new Set()
          bySymbol.set(symbol, subscribers.add(connection))
        }
        const quotes = fresh.flatMap((symbol) => symbols.quote(symbol) ?? []).map((quote) => texts.of(quote))
        connection.send("snapshot", `"quotes":[${quotes.join(",")}]`)
        if (fresh.length > 0) connection.send("markets", `"markets":[${fresh.map((symbol) => markets.of(symbol)).join(",")}]`)
      }

      /** Tells what only time, or the configuration, has changed. */
      const tellAged = (): void => {
        for (const quote of texts.aged()) {
          for (const connection of bySymbol.get(quote.symbol) ?? []) {
            connection.outbox.quote(quote)
            connection.wake()
          }
        }
        for (const [symbol, text] of markets.changed(bySymbol.keys())) {
          for (const connection of bySymbol.get(symbol) ?? []) connection.send("markets", `"markets":[${text}]`)
        }
      }

      const unsubscribe = (connection: Connection, symbol: string): void => {
        connection.symbols.delete(symbol)
        connection.outbox.forgetQuote(symbol)
        const subscribers = bySymbol.get(symbol)
        subscribers?.delete(connection)
        if (subscribers?.size === 0) bySymbol.delete(symbol)
      }

      // ---- accounts

      const changesAfter = (accountId: string, since: number) =>
        Effect.map(reads.changes(accountId, since, CHANGES_PER_FRAME_MAX + 1), (records): Changes => ({
          changes: records.slice(0, CHANGES_PER_FRAME_MAX).map(({ event, sequence }) => changeView(sequence, event)),
          more: records.length > CHANGES_PER_FRAME_MAX
        }))

      /** The events between two states; none of them when they cannot be read, and the client is told that some are missing. */
      const changesBetween = (accountId: string, before: AccountView | undefined, version: number) =>
        before === undefined
          ? Effect.succeed<Changes>({ changes: [], more: false })
          : changesAfter(accountId, before.version).pipe(
              Effect.map(({ changes, more }): Changes => ({ changes: changes.filter(({ sequence }) => sequence <= version), more })),
              Effect.catch(() => Effect.succeed<Changes>({ changes: [], more: true }))
            )

      const onView = Effect.fnUntraced(function* ({ connections: watchers, feed }: WatchedFeed, view: AccountView) {
        const { changes, more } = yield* changesBetween(feed.accountId, feed.view, view.version)
        feed.set(view)
        for (const connection of watchers) {
          connection.outbox.accountChanged(feed.accountId, changes, more)
          connection.wake()
        }
      })

      /** Follows the account wherever it lives, for as long as somebody watches. */
      const follow = (watched: WatchedFeed) =>
        accounts.watch(watched.feed.accountId).pipe(
          Stream.runForEach((view) => onView(watched, view)),
          Effect.catch((error) =>
            Effect.logInfo("A watched account is unavailable", { accountId: watched.feed.accountId, cause: error._tag })
          ),
          Effect.repeat(Schedule.spaced(WATCH_AGAIN_INTERVAL))
        )

      const attach = Effect.fnUntraced(function* (connection: Connection, accountId: string, isHeld: boolean) {
        connection.accounts.add(accountId)
        const known = feeds.get(accountId)
        const watched = known ?? { feed: new AccountFeed(accountId, prices), connections: new Set() }
        watched.connections.add(connection)
        connection.outbox.watch(watched.feed, isHeld)
        connection.wake()
        if (known !== undefined) return
        feeds.set(accountId, watched)
        yield* FiberMap.run(watching, accountId, follow(watched))
      })

      const detach = Effect.fnUntraced(function* (connection: Connection, accountId: string) {
        connection.accounts.delete(accountId)
        connection.outbox.unwatch(accountId)
        const watched = feeds.get(accountId)
        watched?.connections.delete(connection)
        if (watched?.connections.size !== 0) return
        feeds.delete(accountId)
        yield* FiberMap.remove(watching, accountId)
      })

      const watchAccount = Effect.fnUntraced(function* (connection: Connection, accountId: string, sinceVersion: number | undefined) {
        const { visitor } = connection
        const opened = visitor === undefined ? undefined : yield* directory.open(accountId, visitor)
        if (opened === undefined) {
          sendError(connection, "ACCOUNT_NOT_FOUND", accountId)
          return yield* visitor?.refused(accountId) ?? Effect.void
        }
        if (connection.accounts.size >= WATCHED_ACCOUNTS_MAX && !connection.accounts.has(accountId)) {
          return sendError(connection, "TOO_MANY_SUBSCRIPTIONS", `at most ${WATCHED_ACCOUNTS_MAX} accounts`)
        }
        yield* attach(connection, accountId, sinceVersion !== undefined)
        if (sinceVersion === undefined) return
        const missed = yield* changesAfter(accountId, sinceVersion)
        connection.outbox.resume(accountId, missed.changes, missed.more)
        connection.wake()
      })

      /** Of quotes, and of the figures of watched accounts. */
      const watchedHere = (): Iterable<string> => [...bySymbol.keys(), ...[...feeds.values()].flatMap(({ feed }) => [...feed.symbols])]

      // ---- what the client says

      const obey = (connection: Connection, message: ClientMessage): Effect.Effect<void> => {
        switch (message.type) {
          case "subscribe":
            return Effect.sync(() => subscribe(connection, message.symbols))
          case "unsubscribe":
            return Effect.sync(() => message.symbols.forEach((symbol) => unsubscribe(connection, symbol)))
          case "ping":
            return Effect.sync(() => connection.send("pong", `"id":${JSON.stringify(message.id ?? null)}`))
          case "unwatchAccount":
            return detach(connection, message.accountId)
          case "watchAccount":
            return watchAccount(connection, message.accountId, message.sinceVersion).pipe(
              Effect.catch(() => Effect.sync(() => sendError(connection, "UNAVAILABLE", message.accountId)))
            )
        }
      }

      const receive = (connection: Connection, text: string): Effect.Effect<void> => {
        if (!connection.mayReceive()) return Effect.sync(() => connection.close(CloseCode.tooManyMessages, "too many messages"))
        const message = decodeMessage(text)
        return Result.isSuccess(message)
          ? obey(connection, message.success)
          : Effect.sync(() => connection.close(CloseCode.badMessage, "not a message of this protocol"))
      }

      // ---- life of a stream

      const greet = Effect.fnUntraced(function* (connection: Connection, wanted: ReadonlyArray<string>) {
        const { visitor } = connection
        const own = visitor === undefined ? [] : yield* reads.accountsOfClient(visitor.userId).pipe(Effect.catch(() => Effect.succeed([])))
        const accountIds = own.slice(0, WATCHED_ACCOUNTS_MAX).map(({ accountId }) => accountId)
        connection.send(
          "welcome",
          `"heartbeatMillis":${HEARTBEAT_MILLIS},"userId":${JSON.stringify(visitor?.userId ?? null)},"accountIds":${JSON.stringify(accountIds)}`
        )
        subscribe(connection, wanted)
        for (const accountId of accountIds) yield* attach(connection, accountId, false)
      })

      const leave = Effect.fnUntraced(function* (connection: Connection) {
        connections.delete(connection)
        for (const symbol of connection.symbols) unsubscribe(connection, symbol)
        for (const accountId of connection.accounts) yield* detach(connection, accountId)
        yield* Metric.update(connectionCount, connections.size)
      })

      const open = Effect.fnUntraced(function* (socket: StreamSocket, visitor: Watcher | undefined, wanted: ReadonlyArray<string>) {
        const connection = new Connection(socket, clock, visitor, (quote) => texts.of(quote))
        const runMessage = yield* FiberSet.makeRuntime<never, void, never>()
        yield* Effect.acquireRelease(
          Effect.sync(() => connections.add(connection)),
          () => leave(connection)
        )
        yield* Metric.update(connectionCount, connections.size)
        yield* greet(connection, wanted)
        yield* Effect.forkScoped(connection.pump)
        return {
          receive: (text: string) => void runMessage(receive(connection, text)),
          pong: () => connection.pong(),
          close: (code: number, reason: string) => connection.close(code, reason)
        }
      })

      yield* Effect.acquireRelease(
        Effect.sync(() => symbols.subscribe(onQuote)),
        (unsubscribeQuotes) => Effect.sync(unsubscribeQuotes)
      )
      yield* Effect.acquireRelease(
        Effect.sync(() => watchedSymbols.addSource(watchedHere)),
        (leave) => Effect.sync(leave)
      )
      yield* Effect.acquireRelease(
        Effect.sync(() =>
          configurations.subscribe(() => {
            for (const { connections: watchers, feed } of feeds.values()) {
              feed.quoteMoved()
              for (const connection of watchers) {
                connection.outbox.accountChanged(feed.accountId, [], false)
                connection.wake()
              }
            }
          })
        ),
        (unsubscribeConfigurations) => Effect.sync(unsubscribeConfigurations)
      )
      yield* Effect.sync(() => connections.forEach((connection) => connection.keepAlive())).pipe(
        Effect.repeat(Schedule.spaced(KEEP_ALIVE_MILLIS)),
        Effect.forkScoped
      )
      yield* Effect.sync(tellAged).pipe(Effect.repeat(Schedule.spaced(AGE_INTERVAL)), Effect.forkScoped)

      return StreamHub.of({
        open,
        isFull: () => connections.size >= CONNECTIONS_MAX,
        drain: Effect.sync(() => {
          for (const connection of connections) connection.close(CloseCode.restart, "restart")
        })
      })
    })
  )
}
