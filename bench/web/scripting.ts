/** scripting: how long the page's main thread ran scripts, frame by frame, from a trace of the browser. */
import type { CDPSession } from "playwright-core"

/** Of the trace's events those that are needed here; times in microseconds. */
interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  /** The thread's own processor time: what a busy machine takes away is not in it. */
  readonly tdur?: number
  readonly args: { readonly name?: string; readonly data?: { readonly frame?: string } }
}

export interface Scripting {
  /** Processor milliseconds of script in each frame (1/60 s) that ran any, ascending. */
  readonly busyFrames: ReadonlyArray<number>
  /** Of all frames, those without any too, ascending. */
  readonly allFrames: ReadonlyArray<number>
  /** Tasks of more than 50 ms: by the thread's processor time, and by the clock. */
  readonly longTasks: number
  readonly longTasksByClock: number
  readonly longestTaskMillis: number
  /** Share of the main thread that is taken, by everything. */
  readonly busyShare: number
}

const FRAME_MICROS = 1_000_000 / 60
const LONG_TASK_MICROS = 50_000

/** What runs scripts; nested ones are part of the outermost. */
const SCRIPTS: ReadonlySet<string> = new Set([
  "FunctionCall",
  "EvaluateScript",
  "FireAnimationFrame",
  "TimerFire",
  "EventDispatch",
  "RunMicrotasks",
  "WebSocketReceive",
  "V8.GC_MC_INCREMENTAL",
  "MinorGC",
  "MajorGC"
])
const CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8", "v8.execute", "blink.user_timing"]

/** Traces the page for so long. */
export const traceScripting = async (session: CDPSession, seconds: number): Promise<Scripting> => {
  const events: Array<TraceEvent> = []
  const collect = ({ value }: { readonly value: ReadonlyArray<unknown> }) => events.push(...value.filter(isTraceEvent))
  session.on("Tracing.dataCollected", collect)
  const complete = new Promise<void>((resolve) => session.once("Tracing.tracingComplete", () => resolve()))
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: CATEGORIES } })
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  await session.send("Tracing.end")
  await complete
  session.off("Tracing.dataCollected", collect)
  return analyze(events)
}

const analyze = (events: ReadonlyArray<TraceEvent>): Scripting => {
  const thread = mainThread(events)
  const tasks = events.filter((event) => event.ph === "X" && isOn(event, thread) && event.name === "RunTask")
  const scripts = outermost(events.filter((event) => event.ph === "X" && isOn(event, thread) && SCRIPTS.has(event.name)))
  const begin = tasks[0]?.ts ?? 0
  const end = tasks.at(-1)?.ts ?? begin
  const frames = Array.from({ length: Math.max(1, Math.floor((end - begin) / FRAME_MICROS)) }, () => 0)
  for (const script of scripts) {
    const index = Math.floor((script.ts - begin) / FRAME_MICROS)
    if (index >= 0 && index < frames.length) frames[index] = (frames[index] ?? 0) + (script.tdur ?? script.dur ?? 0) / 1_000
  }
  const taken = tasks.map(({ tdur, dur }) => tdur ?? dur ?? 0)
  const allFrames = frames.toSorted((a, b) => a - b)
  return {
    allFrames,
    busyFrames: allFrames.filter((millis) => millis > 0.1),
    longTasks: taken.filter((micros) => micros > LONG_TASK_MICROS).length,
    longTasksByClock: tasks.filter(({ dur = 0 }) => dur > LONG_TASK_MICROS).length,
    longestTaskMillis: Math.max(0, ...taken) / 1_000,
    busyShare: taken.reduce((sum, micros) => sum + micros, 0) / Math.max(1, end - begin)
  }
}

const isTraceEvent = (value: unknown): value is TraceEvent =>
  typeof value === "object" && value !== null && "ph" in value && "args" in value

const isOn = (event: TraceEvent, thread: string): boolean => `${event.pid}/${event.tid}` === thread

/** The renderer's main thread that ran most of the scripts: the page's. */
const mainThread = (events: ReadonlyArray<TraceEvent>): string => {
  const mains = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(({ pid, tid }) => `${pid}/${tid}`)
  )
  const counts = new Map<string, number>()
  for (const { name, pid, tid } of events) {
    const thread = `${pid}/${tid}`
    if (mains.has(thread) && SCRIPTS.has(name)) counts.set(thread, (counts.get(thread) ?? 0) + 1)
  }
  const [busiest] = [...counts].toSorted((a, b) => b[1] - a[1])
  if (busiest === undefined) throw new Error("the trace has no main thread that runs scripts")
  return busiest[0]
}

/** Without what happened inside another. */
const outermost = (events: ReadonlyArray<TraceEvent>): ReadonlyArray<TraceEvent> => {
  const kept: Array<TraceEvent> = []
  let until = 0
  for (const event of events.toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))) {
    if (event.ts < until) continue
    kept.push(event)
    until = event.ts + (event.dur ?? 0)
  }
  return kept
}

export const percentile = (ascending: ReadonlyArray<number>, share: number): number =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN
