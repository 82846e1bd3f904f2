/**
 * AccountActor: the shell around one account's pure core. Knows no trading rule.
 *
 * One request at a time, from whichever way it came (see Mailbox and ResidentAccounts): decide → append → evolve → arm → publish → answer.
 * The answer comes after the commit. Whatever goes wrong on the way, the state in memory is no longer trusted: the journal is opened again,
 * which fences an append that may still be under way, and the command's receipt tells whether it was done.
 *
 * Supervision: a decision that throws is tried again on a state rebuilt from the journal; after three defects in a row, or when the journal
 * itself is damaged, the account is quarantined: it refuses everything until it is restarted, and its neighbors never notice.
 *
 * What an account holds is one record (`Shell`), and all of them share the functions over it: thousands are awake at a time.
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
import { isMailboxFailure, Mailbox, type MailboxFailure } from "#actors/account/Mailbox.ts"
import { DIRECT_MILLIS_MAX, ResidentAccounts, type ResidentAccount } from "#actors/account/ResidentAccounts.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { Configurations } from "#actors/Configurations.ts"
import { Journal, JournalCorrupt, type Append, type JournalUnavailable, type Receipt } from "#actors/Journal.ts"
import { Snapshots } from "#actors/Snapshots.ts"
import { Symbols, type Mark } from "#actors/symbol/Symbols.ts"
import { tradingNow } from "#actors/TradingClock.ts"
import { forgetHoldings } from "#domain/Holdings.ts"
import type { Millis, Quote } from "#domain/Quote.ts"
import { Clock, Data, Effect, Layer, Metric, PubSub, Scope, Stream } from "effect"
import { Entity, type ShardId, Sharding } from "effect/cluster"
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
const MAILBOX_LIMITS = { requestsMax: MAILBOX_CAPACITY, answerMillisMax: ANSWER_MILLIS_MAX }
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

/** What all accounts of a node share. */
interface Node extends AccountActorOptions {
  readonly journal: Journal["Service"]
  readonly snapshots: Snapshots["Service"]
  readonly symbols: Symbols["Service"]
  readonly configurations: Configurations["Service"]
  readonly wakeUps: WakeUps["Service"]
  readonly sharding: Sharding.Sharding["Service"]
  readonly residents: ResidentAccounts["Service"]
}

/** What an account holds while it is awake. */
interface Shell {
  readonly node: Node
  readonly accountId: string
  readonly scope: Scope.Scope
  /** Made for the first watcher: most accounts that are awake are not watched. */
  views: PubSub.PubSub<AccountView> | undefined
  loaded: Loaded | undefined
  snapshotSequence: number
  defectsInARow: number
  isQuarantined: boolean
  /** Version of the configuration under which this actor armed the account last; 0 before the first time. */
  armedUnderVersion: number
  /** Quotes that tripped and whose judgement is not in the journal yet. */
  unjudged: ReadonlyArray<Quote>
}

const NO_QUOTES: ReadonlyArray<Quote> = []

const shellOf = (node: Node, accountId: string, scope: Scope.Scope): Shell => ({
  node,
  accountId,
  scope,
  views: undefined,
  loaded: undefined,
  snapshotSequence: 0,
  defectsInARow: 0,
  isQuarantined: false,
  armedUnderVersion: 0,
  unjudged: NO_QUOTES
})

const corrupt = ({ accountId }: Shell, sequence: number, cause: string) => new JournalCorrupt({ accountId, sequence, cause })

/** Takes the account over and rebuilds it: newest snapshot, then the journal's tail through evolve. */
const load = Effect.fnUntraced(function* (shell: Shell, isOpening: boolean) {
  const { accountId } = shell
  const { journal, snapshots } = shell.node
  const ownership = yield* isOpening ? journal.create(accountId) : journal.open(accountId)
  if (ownership === undefined) return { epoch: 0, sequence: 0, hash: "", state: initialAccountState }
  const snapshot = yield* snapshots.newest(accountId)
  if (snapshot !== undefined && snapshot.sequence > ownership.lastSequence) {
    return yield* corrupt(shell, snapshot.sequence, `the journal ends at ${ownership.lastSequence}, before its snapshot`)
  }
  shell.snapshotSequence = snapshot?.sequence ?? 0
  let { hash, sequence, state } = snapshot ?? { hash: "", sequence: 0, state: initialAccountState }
  while (sequence < ownership.lastSequence) {
    const tail = yield* journal.read(accountId, { sequence, hash })
    for (const journaled of tail) {
      state = evolve(state, journaled.event)
      ;({ hash, sequence } = journaled)
    }
    if (tail.length === 0) return yield* corrupt(shell, sequence + 1, `events up to ${ownership.lastSequence} are missing`)
  }
  return { epoch: ownership.epoch, sequence, hash, state }
})

const current = (shell: Shell, isOpening = false): Effect.Effect<Loaded, StepFailure> => {
  const { loaded } = shell
  if (loaded !== undefined && (loaded.epoch > 0 || !isOpening)) return Effect.succeed(loaded)
  return Effect.map(load(shell, isOpening), (account) => (shell.loaded = account))
}

const decided = (
  accountId: string,
  state: AccountState,
  command: AccountCommand,
  market: Market,
  asking: Asking
): Decision | DecisionDefect => {
  try {
    return decide(accountId, state, command, market, asking)
  } catch (cause) {
    return new DecisionDefect({ cause })
  }
}

const arm = (shell: Shell, state: AccountState, market: Market, since: Mark): void => {
  shell.node.wakeUps.arm(shell.accountId, state, market, since)
  shell.armedUnderVersion = market.configuration.version
}

/** What a step that decides nothing does about the tripwires: `unseenAfter` is the mark from which on quotes are held against them. */
type Idle = { readonly arms: false } | { readonly arms: true; readonly unseenAfter: Mark | undefined }
const ARMS_IDLE: Idle = { arms: true, unseenAfter: undefined }
const LEAVES_ARMING: Idle = { arms: false }

/** Decides and appends; on success the account has moved on and is armed, and its watchers know. */
const step = Effect.fnUntraced(function* (
  shell: Shell,
  command: AccountCommand,
  origin: Origin,
  receipt: Omit<NonNullable<Append["receipt"]>, "rejection"> | undefined,
  idle = ARMS_IDLE
) {
  const { accountId } = shell
  const { configurations, journal, snapshotEveryEvents, symbols } = shell.node
  const before = yield* current(shell, command._tag === "OpenAccount")
  const reference = doubtfulReference(before.state, command)
  const isReferenceBooked = reference !== undefined && (yield* journal.isBooked(accountId, reference))
  const since = symbols.mark()
  const market: Market = { now: yield* tradingNow, configuration: configurations.current(), quote: symbols.tick }
  const decision = decided(accountId, before.state, command, market, { askedBy: origin.kind, isReferenceBooked })
  if (decision instanceof DecisionDefect) return yield* decision
  shell.defectsInARow = 0
  const { events, rejection, states } = decision
  if (events.length === 0 && receipt === undefined) {
    if (idle.arms) arm(shell, before.state, market, idle.unseenAfter ?? since)
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
  shell.loaded = { epoch: before.epoch, sequence, hash: result.hash, state: after }
  arm(shell, after, market, since)
  if (shell.views !== undefined) yield* PubSub.publish(shell.views, { version: sequence, state: after })
  if (sequence - shell.snapshotSequence >= snapshotEveryEvents) yield* Effect.forkIn(saveSnapshot(shell), shell.scope)
  return { version: sequence, firstSequence: before.sequence + 1, events, rejection }
})

const saveSnapshot = (shell: Shell): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { accountId, armedUnderVersion, loaded, node } = shell
    if (loaded === undefined || loaded.epoch === 0) return Effect.void
    const { hash, sequence, state } = loaded
    shell.snapshotSequence = sequence
    return node.snapshots.save({ accountId, sequence, hash, state }, node.wakeUps.arming(accountId, armedUnderVersion))
  })

/**
 * One that falls asleep with exposure leaves behind what it has armed, so that a node arms it without rebuilding it. A flat one leaves a
 * snapshot when replaying would cost more than writing it.
 */
const sayFarewell = (shell: Shell): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { armedUnderVersion, loaded, snapshotSequence } = shell
    if (loaded === undefined) return Effect.void
    const hasArmed = hasExposure(loaded.state) && armedUnderVersion > 0
    const isWorthIt = hasArmed || loaded.sequence - snapshotSequence >= FAREWELL_SNAPSHOT_EVENTS
    return isWorthIt ? saveSnapshot(shell) : Effect.void
  })

/** The answer that a done command got, from its receipt. */
const answered = Effect.fnUntraced(function* ({ accountId, node }: Shell, receipt: Receipt, bodyHash: string) {
  if (receipt.bodyHash !== bodyHash) return new CommandIdReused({ commandId: receipt.commandId })
  const events = yield* node.journal.events(accountId, receipt.firstSequence, receipt.lastSequence)
  return { version: receipt.lastSequence, firstSequence: receipt.firstSequence, events, rejection: receipt.rejection }
})

const quarantine = Effect.fnUntraced(function* (shell: Shell, cause: unknown) {
  const { accountId, node } = shell
  shell.isQuarantined = true
  shell.loaded = undefined
  node.wakeUps.disarm(accountId)
  yield* Metric.update(quarantines, 1)
  yield* Effect.logFatal("Account quarantined", { accountId, cause: String(cause) })
  return yield* new AccountQuarantined({ accountId })
})

/** After a failed step nothing in memory is trusted, but for a refused append: then it may only be that the command was done before. */
const recover = (shell: Shell, failure: StepFailure): Effect.Effect<void, AccountQuarantined> => {
  const { accountId } = shell
  if (failure._tag !== "AppendRefused") shell.loaded = undefined
  switch (failure._tag) {
    case "AppendRefused":
      return Effect.andThen(Metric.update(refusedAppends, 1), Effect.logDebug("Append refused", { accountId }))
    case "JournalUnavailable":
      return Effect.logWarning("Journal unavailable", { accountId, cause: failure.cause })
    case "JournalCorrupt":
      return quarantine(shell, failure)
    case "DecisionDefect":
      shell.defectsInARow++
      return Metric.update(defects, 1).pipe(
        Effect.andThen(Effect.logError("Decision threw", { accountId, cause: failure.cause })),
        Effect.andThen(shell.defectsInARow < DEFECTS_MAX ? Effect.void : quarantine(shell, failure.cause))
      )
  }
}

/** Runs `attempt` until it is done, refused for good, or out of attempts: then its outcome is unknown. */
const supervised = <A>(
  shell: Shell,
  attempt: (isRetry: boolean) => Effect.Effect<A, StepFailure>,
  attempts = 0
): Effect.Effect<A, AccountUnavailable> =>
  Effect.suspend(() => {
    const { accountId, isQuarantined } = shell
    if (isQuarantined) return Effect.fail(new AccountQuarantined({ accountId }))
    if (attempts === ATTEMPTS_MAX) return Effect.fail(new OutcomeUnknown({ accountId }))
    return attempt(attempts > 0).pipe(
      Effect.catch((failure) => Effect.andThen(recover(shell, failure), supervised(shell, attempt, attempts + 1)))
    )
  })

/**
 * What tripped while the account was busy comes first: it happened first. It is kept until it was judged for good, so that an append that
 * fails does not lose it.
 */
const judgeTape = Effect.fnUntraced(function* (shell: Shell, fallback: ReadonlyArray<Quote>, idle = ARMS_IDLE) {
  const tape = shell.node.wakeUps.takeTape(shell.accountId)
  if (tape.length > 0) shell.unjudged = [...shell.unjudged, ...tape].slice(0, UNJUDGED_QUOTES_MAX)
  const quotes = shell.unjudged.length > 0 ? shell.unjudged : fallback
  if (quotes.length === 0) return 0
  const { events } = yield* step(shell, { _tag: "ApplyQuotes", quotes }, PLATFORM, undefined, idle)
  shell.unjudged = NO_QUOTES
  return events.length
})

const attemptCommand = Effect.fnUntraced(function* (
  shell: Shell,
  { command, commandId, origin }: AccountRequest,
  bodyHash: string,
  isRetry: boolean
): Effect.fn.Return<Outcome | CommandIdReused, StepFailure> {
  if (isRetry) {
    const { accountId, node } = shell
    const known = yield* node.journal.receipt(accountId, commandId)
    if (known !== undefined) return yield* answered(shell, known, bodyHash)
    // opening again fences an append that may still be under way, so that the receipt's word is final
    shell.loaded = undefined
    yield* current(shell, command._tag === "OpenAccount")
    const receipt = yield* node.journal.receipt(accountId, commandId)
    if (receipt !== undefined) return yield* answered(shell, receipt, bodyHash)
  }
  yield* judgeTape(shell, [])
  return yield* step(shell, command, origin, { commandId, bodyHash })
})

const execute = (shell: Shell, request: AccountRequest): Effect.Effect<Outcome, AccountFailure> => {
  const bodyHash = bodyHashOf(request.command)
  return supervised(shell, (isRetry) => attemptCommand(shell, request, bodyHash, isRetry)).pipe(
    Effect.flatMap((answer) => (answer instanceof CommandIdReused ? Effect.fail(answer) : Effect.succeed(answer))),
    Effect.tap(Metric.update(commands, 1))
  )
}

/**
 * Working out tripwires costs several times what deciding does, and most wake-ups decide nothing. So they are worked out once, at the end; the
 * quotes that came since the beginning are then held against them, so that none is missed meanwhile. A wake-up that fails is sent again.
 */
const attemptWake = Effect.fnUntraced(function* (shell: Shell, quotes: ReadonlyArray<Quote>, isRetry: boolean) {
  if (isRetry) shell.loaded = undefined
  yield* current(shell)
  const beginning = shell.node.symbols.mark()
  const { events } = yield* step(shell, { _tag: "ApplyRollover" }, PLATFORM, undefined, LEAVES_ARMING)
  const judged = yield* judgeTape(shell, quotes, LEAVES_ARMING)
  // a step that decided something has armed by itself
  const unseenAfter = events.length + judged === 0 ? beginning : undefined
  yield* step(shell, { _tag: "ApplyQuotes", quotes: [] }, PLATFORM, undefined, { arms: true, unseenAfter })
  // one that trades keeps them; one that was only woken is asked nothing for a while
  if (shell.loaded !== undefined) forgetHoldings(shell.loaded.state.positions)
})

const wake = (shell: Shell, quotes: ReadonlyArray<Quote>): Effect.Effect<void, AccountUnavailable> =>
  supervised(shell, (isRetry) => attemptWake(shell, quotes, isRetry))

const view = (shell: Shell): Effect.Effect<AccountView, AccountUnavailable> =>
  supervised(shell, () => Effect.map(current(shell), ({ sequence, state }): AccountView => ({ version: sequence, state })))

const viewsOf = (shell: Shell): Effect.Effect<PubSub.PubSub<AccountView>> =>
  Effect.map(PubSub.sliding<AccountView>(1), (views) => (shell.views ??= views))

/** An account on this node while it is awake: what is asked of it goes through its mailbox. */
class AwakeAccount implements ResidentAccount {
  readonly #shell: Shell
  readonly #mailbox: Mailbox
  readonly #shardId: ShardId.ShardId
  #calledAt: Millis

  constructor(shell: Shell, mailbox: Mailbox, shardId: ShardId.ShardId, now: Millis) {
    this.#shell = shell
    this.#mailbox = mailbox
    this.#calledAt = now
    this.#shardId = shardId
  }

  execute(request: AccountRequest): Effect.Effect<Outcome, AccountFailure | MailboxFailure> {
    return this.#mailbox.ask(execute(this.#shell, request))
  }

  wake(quotes: ReadonlyArray<Quote>): Effect.Effect<void, AccountUnavailable | MailboxFailure> {
    return this.#mailbox.ask(wake(this.#shell, quotes))
  }

  view(): Effect.Effect<AccountView, AccountUnavailable | MailboxFailure> {
    return this.#mailbox.ask(view(this.#shell))
  }

  isDirect(now: Millis): boolean {
    return now - this.#calledAt < DIRECT_MILLIS_MAX && this.#shell.node.sharding.hasShardId(this.#shardId)
  }

  /** The current view, then one after each commit. Subscribes before it reads, so that no commit falls between. */
  watch(): Stream.Stream<AccountView, AccountUnavailable> {
    const { accountId } = this.#shell
    const views = Effect.flatMap(viewsOf(this.#shell), PubSub.subscribe)
    return Stream.unwrap(
      Effect.flatMap(views, (subscription) =>
        Effect.map(answeredByCluster(accountId, this.view()), (first) =>
          Stream.concat(
            Stream.succeed(first),
            Stream.fromSubscription(subscription).pipe(Stream.filter(({ version }) => version > first.version))
          )
        )
      )
    )
  }

  /** As it comes through the cluster: a request that the mailbox did not do is sent again by its caller, to whoever is there then. */
  called<A, E>(request: Effect.Effect<A, E | MailboxFailure>): Effect.Effect<A, E | OutcomeUnknown> {
    return Effect.flatMap(Clock.currentTimeMillis, (now: Millis) => {
      this.#calledAt = now
      return answeredByCluster(this.#shell.accountId, request)
    })
  }

  /** Is found no more, ends what is under way and refuses the rest. */
  readonly fallAsleep: Effect.Effect<void> = Effect.suspend(() => {
    this.#shell.node.residents.leave(this.#shell.accountId, this)
    return Effect.andThen(this.#mailbox.close(), sayFarewell(this.#shell))
  })
}

const answeredByCluster = <A, E>(accountId: string, request: Effect.Effect<A, E | MailboxFailure>) =>
  Effect.mapError(request, (error) => (isMailboxFailure(error) ? new OutcomeUnknown({ accountId }) : error))

/** The account entities of this node. */
export const makeAccountActors = (options: AccountActorOptions) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const node: Node = {
        ...options,
        journal: yield* Journal,
        snapshots: yield* Snapshots,
        symbols: yield* Symbols,
        configurations: yield* Configurations,
        wakeUps: yield* WakeUps,
        sharding: yield* Sharding.Sharding,
        residents: yield* ResidentAccounts
      }
      const workers = Effect.runForkWith(yield* Effect.context())
      const account = Effect.fnUntraced(function* () {
        const { entityId: accountId, shardId } = yield* Entity.CurrentAddress
        const scope = yield* Effect.scope
        const now = yield* Clock.currentTimeMillis
        const awake = new AwakeAccount(shellOf(node, accountId, scope), new Mailbox(MAILBOX_LIMITS, workers), shardId, now)
        node.residents.enter(accountId, awake)
        yield* Scope.addFinalizer(scope, awake.fallAsleep)
        return Account.of({
          Execute: ({ payload }) => awake.called(awake.execute(payload)),
          Wake: ({ payload }) => awake.called(awake.wake(payload.quotes)),
          View: () => awake.called(awake.view()),
          Watch: () => Rpc.fork(awake.watch())
        })
      })
      return Account.toLayer(account(), { maxIdleTime: IDLE_TIME_MAX, mailboxCapacity: MAILBOX_CAPACITY, disableFatalDefects: true })
    })
  )
