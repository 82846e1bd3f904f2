/**
 * AccountActor: the shell around one account's pure core. Knows no trading rule.
 *
 * One request at a time, from whichever way it came (see Mailbox and ResidentAccounts): decide → append → evolve → arm → publish → answer.
 * The answer comes after the commit. Whatever goes wrong on the
 * way, the state in memory is no longer trusted: the journal is opened again, which fences an append that may still be under way, and the
 * command's receipt tells whether it was done.
 *
 * Supervision: a decision that throws is tried again on a state rebuilt from the journal; after three defects in a row, or when the journal
 * itself is damaged, the account is quarantined: it refuses everything until it is restarted, and its neighbors never notice.
 */
import type { AccountCommand, Origin } from "#actors/account/AccountCommand.ts"
import {
  Account,
  AccountQuarantined,
  CommandIdReused,
  OutcomeUnknown,
  type AccountFailure,
  type AccountRequest,
  type AccountUnavailable,
  type AccountView,
  type Outcome
} from "#actors/account/AccountProtocol.ts"
import { hasExposure, initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { decide, type Decision } from "#actors/account/decide.ts"
import { doubtfulReference } from "#actors/account/decide/balance.ts"
import type { Asking } from "#actors/account/decide/Turn.ts"
import { evolve } from "#actors/account/evolve.ts"
import type { Market } from "#actors/account/Market.ts"
import { jsonText } from "#actors/account/jsonText.ts"
import { isMailboxFailure, makeMailbox, type MailboxFailure } from "#actors/account/Mailbox.ts"
import { DIRECT_MILLIS_MAX, ResidentAccounts, type ResidentAccount } from "#actors/account/ResidentAccounts.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { Configurations } from "#actors/Configurations.ts"
import { Journal, JournalCorrupt, type Append, type JournalUnavailable, type Receipt } from "#actors/Journal.ts"
import { Snapshots } from "#actors/Snapshots.ts"
import { Symbols, type Mark } from "#actors/symbol/Symbols.ts"
import { tradingNow } from "#actors/TradingClock.ts"
import type { Millis, Quote } from "#domain/Quote.ts"
import { Clock, Data, Effect, Metric, PubSub, Stream } from "effect"
import { Entity, Sharding } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { hash as digest } from "node:crypto"

/** Defects in a row after which an account is quarantined. */
const DEFECTS_MAX = 3
/** Attempts at one request when its append is refused or its fate unknown. */
const ATTEMPTS_MAX = 3
/** Requests that may wait for one account; more are refused early. */
const MAILBOX_CAPACITY = 256
/** Longer than an append's deadline and its repetition; the client's own patience is longer still. */
const ANSWER_MILLIS_MAX = 12_000
const IDLE_TIME_MAX = "2 minutes"
/** Quotes of a tape that are kept until the journal takes their judgement; the first ones, since they happened first. */
const UNJUDGED_QUOTES_MAX = 8_192
/** A flat account that falls asleep saves a snapshot when it would have to replay at least so many events; fewer cost less than the write. */
const FAREWELL_SNAPSHOT_EVENTS = 16

export interface AccountActorOptions {
  readonly snapshotEveryEvents: number
}

const quarantines = Metric.counter("keel_accounts_quarantined_total", { description: "Accounts that were quarantined", incremental: true })
const defects = Metric.counter("keel_account_defects_total", { description: "Decisions that threw", incremental: true })
const refusedAppends = Metric.counter("keel_journal_appends_refused_total", {
  description: "Appends that wrote nothing: another owner came first, or the command was done before",
  incremental: true
})
const commands = Metric.counter("keel_account_commands_total", { description: "Commands answered", incremental: true })

/** What the shell holds of its account between two requests. */
interface Loaded {
  readonly epoch: number
  readonly sequence: number
  readonly hash: string
  readonly state: AccountState
}

/** The decision threw: a fault of the program, not of the client. */
class DecisionDefect extends Data.TaggedError("DecisionDefect")<{ readonly cause: unknown }> {}
/** Another owner or another request came first. */
class AppendRefused extends Data.TaggedError("AppendRefused")<object> {}

type StepFailure = DecisionDefect | AppendRefused | JournalUnavailable | JournalCorrupt

const PLATFORM: Origin = { kind: "platform", id: "account-actor" }

const bodyHashOf = (command: AccountCommand): string => digest("sha256", jsonText(command), "hex")

const makeAccount = Effect.fnUntraced(function* (accountId: string, options: AccountActorOptions) {
  const journal = yield* Journal
  const snapshots = yield* Snapshots
  const symbols = yield* Symbols
  const configurations = yield* Configurations
  const wakeUps = yield* WakeUps
  const scope = yield* Effect.scope
  const mailbox = yield* makeMailbox({ requestsMax: MAILBOX_CAPACITY, answerMillisMax: ANSWER_MILLIS_MAX })
  const views = yield* PubSub.sliding<AccountView>({ capacity: 1, replay: 1 })

  let loaded: Loaded | undefined
  let snapshotSequence = 0
  let defectsInARow = 0
  let quarantined = false
  /** Version of the configuration under which this actor armed the account last; 0 before the first time. */
  let armedUnderVersion = 0
  /** Quotes that tripped and whose judgement is not in the journal yet. */
  let unjudged: ReadonlyArray<Quote> = []

  const corrupt = (sequence: number, cause: string) => new JournalCorrupt({ accountId, sequence, cause })

  /** Takes the account over and rebuilds it: newest snapshot, then the journal's tail through evolve. */
  const load = Effect.fnUntraced(function* (isOpening: boolean) {
    const ownership = yield* isOpening ? journal.create(accountId) : journal.open(accountId)
    if (ownership === undefined) return { epoch: 0, sequence: 0, hash: "", state: initialAccountState }
    const snapshot = yield* snapshots.newest(accountId)
    if (snapshot !== undefined && snapshot.sequence > ownership.lastSequence) {
      return yield* corrupt(snapshot.sequence, `the journal ends at ${ownership.lastSequence}, before its snapshot`)
    }
    snapshotSequence = snapshot?.sequence ?? 0
    let { hash, sequence, state } = snapshot ?? { hash: "", sequence: 0, state: initialAccountState }
    while (sequence < ownership.lastSequence) {
      const tail = yield* journal.read(accountId, { sequence, hash })
      for (const journaled of tail) {
        state = evolve(state, journaled.event)
        ;({ hash, sequence } = journaled)
      }
      if (tail.length === 0) return yield* corrupt(sequence + 1, `events up to ${ownership.lastSequence} are missing`)
    }
    return { epoch: ownership.epoch, sequence, hash, state }
  })

  const current = (isOpening = false): Effect.Effect<Loaded, StepFailure> => {
    if (loaded !== undefined && (loaded.epoch > 0 || !isOpening)) return Effect.succeed(loaded)
    return Effect.map(load(isOpening), (account) => (loaded = account))
  }

  const decided = (state: AccountState, command: AccountCommand, market: Market, asking: Asking): Decision | DecisionDefect => {
    try {
      return decide(accountId, state, command, market, asking)
    } catch (cause) {
      return new DecisionDefect({ cause })
    }
  }

  const arm = (state: AccountState, market: Market, since: Mark): void => {
    wakeUps.arm(accountId, state, market, since)
    armedUnderVersion = market.configuration.version
  }

  /** Decides and appends; on success the account has moved on and is armed, and its watchers know. */
  const step = Effect.fnUntraced(function* (
    command: AccountCommand,
    origin: Origin,
    receipt: Omit<NonNullable<Append["receipt"]>, "rejection"> | undefined
  ) {
    const before = yield* current(command._tag === "OpenAccount")
    const reference = doubtfulReference(before.state, command)
    const isReferenceBooked = reference !== undefined && (yield* journal.isBooked(accountId, reference))
    const since = symbols.mark()
    const market: Market = { now: yield* tradingNow, configuration: configurations.current(), quote: symbols.tick }
    const decision = decided(before.state, command, market, { askedBy: origin.kind, isReferenceBooked })
    if (decision instanceof DecisionDefect) return yield* decision
    defectsInARow = 0
    const { events, rejection, states } = decision
    if (events.length === 0 && receipt === undefined) {
      arm(before.state, market, since)
      return { version: before.sequence, firstSequence: before.sequence + 1, events, rejection }
    }
    if (before.epoch === 0) return { version: 0, firstSequence: 1, events: [], rejection }
    const after = states.at(-1) ?? before.state
    const result = yield* journal.append({
      accountId,
      epoch: before.epoch,
      expectedSequence: before.sequence,
      previousHash: before.hash,
      events,
      receipt: receipt && { ...receipt, rejection },
      origin,
      before: before.state,
      states
    })
    if (result._tag === "Refused") return yield* new AppendRefused()
    const sequence = before.sequence + events.length
    loaded = { epoch: before.epoch, sequence, hash: result.hash, state: after }
    arm(after, market, since)
    yield* PubSub.publish(views, { version: sequence, state: after })
    if (sequence - snapshotSequence >= options.snapshotEveryEvents) yield* Effect.forkIn(saveSnapshot, scope)
    return { version: sequence, firstSequence: before.sequence + 1, events, rejection }
  })

  const saveSnapshot = Effect.suspend(() => {
    if (loaded === undefined || loaded.epoch === 0) return Effect.void
    const { hash, sequence, state } = loaded
    snapshotSequence = sequence
    return snapshots.save({ accountId, sequence, hash, state }, wakeUps.arming(accountId, armedUnderVersion))
  })

  /**
   * One that falls asleep with exposure leaves behind what it has armed, so that a node arms it without rebuilding it. A flat one leaves a
   * snapshot when replaying would cost more than writing it.
   */
  const sayFarewell = Effect.suspend(() => {
    if (loaded === undefined) return Effect.void
    const hasArmed = hasExposure(loaded.state) && armedUnderVersion > 0
    const isWorthIt = hasArmed || loaded.sequence - snapshotSequence >= FAREWELL_SNAPSHOT_EVENTS
    return isWorthIt ? saveSnapshot : Effect.void
  })

  /** The answer that a done command got, from its receipt. */
  const answered = Effect.fnUntraced(function* (receipt: Receipt, bodyHash: string) {
    if (receipt.bodyHash !== bodyHash) return new CommandIdReused({ commandId: receipt.commandId })
    const events = yield* journal.events(accountId, receipt.firstSequence, receipt.lastSequence)
    return { version: receipt.lastSequence, firstSequence: receipt.firstSequence, events, rejection: receipt.rejection }
  })

  const quarantine = Effect.fnUntraced(function* (cause: unknown) {
    quarantined = true
    loaded = undefined
    wakeUps.disarm(accountId)
    yield* Metric.update(quarantines, 1)
    yield* Effect.logFatal("Account quarantined", { accountId, cause: String(cause) })
    return yield* new AccountQuarantined({ accountId })
  })

  /** After a failed step nothing in memory is trusted, but for a refused append: then it may only be that the command was done before. */
  const recover = (failure: StepFailure): Effect.Effect<void, AccountQuarantined> => {
    if (failure._tag !== "AppendRefused") loaded = undefined
    switch (failure._tag) {
      case "AppendRefused":
        return Effect.andThen(Metric.update(refusedAppends, 1), Effect.logDebug("Append refused", { accountId }))
      case "JournalUnavailable":
        return Effect.logWarning("Journal unavailable", { accountId, cause: failure.cause })
      case "JournalCorrupt":
        return quarantine(failure)
      case "DecisionDefect":
        defectsInARow++
        return Metric.update(defects, 1).pipe(
          Effect.andThen(Effect.logError("Decision threw", { accountId, cause: failure.cause })),
          Effect.andThen(defectsInARow < DEFECTS_MAX ? Effect.void : quarantine(failure.cause))
        )
    }
  }

  /** Runs `attempt` until it is done, refused for good, or out of attempts: then its outcome is unknown. */
  const supervised = <A>(attempt: (isRetry: boolean) => Effect.Effect<A, StepFailure>): Effect.Effect<A, AccountUnavailable> => {
    const attempted = (attempts: number): Effect.Effect<A, AccountUnavailable> => {
      if (quarantined) return Effect.fail(new AccountQuarantined({ accountId }))
      if (attempts === ATTEMPTS_MAX) return Effect.fail(new OutcomeUnknown({ accountId }))
      return attempt(attempts > 0).pipe(
        Effect.catch((failure) =>
          Effect.andThen(
            recover(failure),
            Effect.suspend(() => attempted(attempts + 1))
          )
        )
      )
    }
    return Effect.suspend(() => attempted(0))
  }

  /**
   * What tripped while the account was busy comes first: it happened first. It is kept until it was judged for good, so that an append that
   * fails does not lose it.
   */
  const judgeTape = Effect.fnUntraced(function* (fallback: ReadonlyArray<Quote>) {
    const tape = wakeUps.takeTape(accountId)
    if (tape.length > 0) unjudged = [...unjudged, ...tape].slice(0, UNJUDGED_QUOTES_MAX)
    const quotes = unjudged.length > 0 ? unjudged : fallback
    if (quotes.length === 0) return
    yield* step({ _tag: "ApplyQuotes", quotes }, PLATFORM, undefined)
    unjudged = []
  })

  const execute = ({ command, commandId, origin }: AccountRequest): Effect.Effect<Outcome, AccountFailure> => {
    const bodyHash = bodyHashOf(command)
    return supervised((isRetry) =>
      Effect.gen(function* (): Effect.fn.Return<Outcome | CommandIdReused, StepFailure> {
        if (isRetry) {
          const known = yield* journal.receipt(accountId, commandId)
          if (known !== undefined) return yield* answered(known, bodyHash)
          // opening again fences an append that may still be under way, so that the receipt's word is final
          loaded = undefined
          yield* current(command._tag === "OpenAccount")
          const receipt = yield* journal.receipt(accountId, commandId)
          if (receipt !== undefined) return yield* answered(receipt, bodyHash)
        }
        yield* judgeTape([])
        return yield* step(command, origin, { commandId, bodyHash })
      })
    ).pipe(
      Effect.flatMap((answer) => (answer instanceof CommandIdReused ? Effect.fail(answer) : Effect.succeed(answer))),
      Effect.tap(Metric.update(commands, 1))
    )
  }

  const wake = (quotes: ReadonlyArray<Quote>) =>
    supervised((isRetry) =>
      Effect.gen(function* () {
        if (isRetry) loaded = undefined
        yield* step({ _tag: "ApplyRollover" }, PLATFORM, undefined)
        yield* judgeTape(quotes)
        yield* step({ _tag: "ApplyQuotes", quotes: [] }, PLATFORM, undefined)
      })
    )

  const view = supervised(() => Effect.map(current(), ({ sequence, state }): AccountView => ({ version: sequence, state })))

  yield* Effect.addFinalizer(() => Effect.andThen(mailbox.close, sayFarewell))

  return {
    execute: (request: AccountRequest) => mailbox.ask(execute(request)),
    wake: (quotes: ReadonlyArray<Quote>) => mailbox.ask(wake(quotes)),
    view: mailbox.ask(view),
    /** Subscribes before it reads, so that no commit falls between. */
    watch: Stream.unwrap(
      Effect.gen(function* () {
        const subscription = yield* PubSub.subscribe(views)
        const first = yield* mailbox.ask(view)
        return Stream.concat(
          Stream.succeed(first),
          Stream.fromSubscription(subscription).pipe(Stream.filter(({ version }) => version > first.version))
        )
      })
    )
  }
})

/** The account entities of this node. */
export const makeAccountActors = (options: AccountActorOptions) =>
  Account.toLayer(
    Effect.gen(function* () {
      const { entityId: accountId, shardId } = yield* Entity.CurrentAddress
      const residents = yield* ResidentAccounts
      const sharding = yield* Sharding.Sharding
      const account = yield* makeAccount(accountId, options)
      let calledAt = yield* Clock.currentTimeMillis
      const resident: ResidentAccount = {
        ...account,
        isDirect: (now) => now - calledAt < DIRECT_MILLIS_MAX && sharding.hasShardId(shardId)
      }
      /** As it comes through the cluster: a request that the mailbox did not do is sent again by its caller, to whoever is there then. */
      const called = <A, E>(request: Effect.Effect<A, E | MailboxFailure>) =>
        Effect.flatMap(Clock.currentTimeMillis, (now: Millis) => {
          calledAt = now
          return answeredByCluster(accountId, request)
        })
      yield* Effect.acquireRelease(
        Effect.sync(() => residents.enter(accountId, resident)),
        () => Effect.sync(() => residents.leave(accountId, resident))
      )
      return Account.of({
        Execute: ({ payload }) => called(account.execute(payload)),
        Wake: ({ payload }) => called(account.wake(payload.quotes)),
        View: () => called(account.view),
        Watch: () =>
          Rpc.fork(account.watch.pipe(Stream.mapError((error) => (isMailboxFailure(error) ? new OutcomeUnknown({ accountId }) : error))))
      })
    }),
    { maxIdleTime: IDLE_TIME_MAX, mailboxCapacity: MAILBOX_CAPACITY, disableFatalDefects: true }
  )

const answeredByCluster = <A, E>(accountId: string, request: Effect.Effect<A, E | MailboxFailure>) =>
  Effect.mapError(request, (error) => (isMailboxFailure(error) ? new OutcomeUnknown({ accountId }) : error))
