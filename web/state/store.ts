/**
 * store: the one place where the page's state lives, and the only module that knows jotai.
 *
 * The store stands outside React, so that the socket can write it and a cell subscribes to the one value it shows. Writes that belong
 * together go through one write-only atom: dependents are computed once, after all of them.
 */
import { Schema } from "effect"
import { useCallback, useSyncExternalStore } from "react"
import { atom, createStore, useAtomValue, type Atom, type PrimitiveAtom, type WritableAtom } from "jotai"

const store = createStore()

export type Value<A> = Atom<A>
export type Cell<A> = PrimitiveAtom<A>
export type Action<Args extends Array<unknown>, Result = void> = WritableAtom<null, Args, Result>
export type Read = <A>(value: Atom<A>) => A
export type Write = <A, Args extends Array<unknown>, Result>(target: WritableAtom<A, Args, Result>, ...args: Args) => Result

/** A value that is set. */
export const cell = <A>(initial: A): Cell<A> => atom(initial)
/** A value that is computed from others, when one of them changes and somebody looks. */
export const derived = <A>(compute: (read: Read) => A): Value<A> => atom((get) => compute(get))
/** A change of several cells that is seen as one. */
export const action = <Args extends Array<unknown>, Result = void>(
  perform: (read: Read, write: Write, ...args: Args) => Result
): Action<Args, Result> => atom(null, (get, set, ...args: Args) => perform(get, set, ...args))

export const read = <A>(value: Atom<A>): A => store.get(value)
export const write = <A, Args extends Array<unknown>, Result>(target: WritableAtom<A, Args, Result>, ...args: Args): Result =>
  store.set(target, ...args)
/** Calls back after each change; answers how to stop. */
export const watch = <A>(value: Atom<A>, onChange: () => void): (() => void) => store.sub(value, onChange)
export const useValue = <A>(value: Atom<A>): A => useAtomValue(value, { store })
/** What is of interest in a value that moves with every tick; renders when that is another one. `select` answers a primitive. */
export const useSelected = <A, B>(value: Atom<A>, select: (value: A) => B): B =>
  useSyncExternalStore(
    useCallback((onChange) => store.sub(value, onChange), [value]),
    () => select(store.get(value))
  )

/** One atom per key, made on first use. Keys are symbols and ids, of which a session sees a bounded number. */
export const perKey = <A>(make: (key: string) => A): ((key: string) => A) => {
  const made = new Map<string, A>()
  return (key) => {
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = make(key)
    made.set(key, fresh)
    return fresh
  }
}

const KEY_PREFIX = "keel."
/** How a cell that is there already takes a text that came from elsewhere; by name. */
const takers = new Map<string, (text: string | null) => void>()
/** Of cells that stay in this browser; all of them are made before anything is asked of the server. */
const ownNames = new Set<string>()
const personalListeners = new Set<(name: string) => void>()

const keep = <A>(name: string, schema: Schema.Codec<A, unknown>, initial: A, onChange: () => void): WritableAtom<A, [A], void> => {
  const key = KEY_PREFIX + name
  const codec = Schema.fromJsonString(Schema.toCodecJson(schema))
  const parse = (text: string | null): A => {
    if (text === null) return initial
    const decoded = Schema.decodeUnknownExit(codec)(text)
    return decoded._tag === "Success" ? decoded.value : initial
  }
  const base = atom(parse(localStorage.getItem(key)))
  takers.set(name, (text) => store.set(base, parse(text)))
  base.onMount = (set) => {
    const onStorage = (event: StorageEvent) => {
      if (event.key === key) set(parse(event.newValue))
    }
    window.addEventListener("storage", onStorage)
    return () => window.removeEventListener("storage", onStorage)
  }
  return atom(
    (get) => get(base),
    (_get, set, value: A) => {
      set(base, value)
      localStorage.setItem(key, Schema.encodeSync(codec)(value))
      onChange()
    }
  )
}

/** A cell that is kept in this browser under `keel.<name>` and shared with its other tabs; what does not decode counts as absent. */
export const persisted = <A>(name: string, schema: Schema.Codec<A, unknown>, initial: A): WritableAtom<A, [A], void> => {
  ownNames.add(name)
  return keep(name, schema, initial, () => undefined)
}

/** A cell that is kept in this browser and follows the person to their other devices. */
export const personal = <A>(name: string, schema: Schema.Codec<A, unknown>, initial: A): WritableAtom<A, [A], void> =>
  keep(name, schema, initial, () => personalListeners.forEach((listener) => listener(name)))

/** Calls back with the name of each personal cell that this page changes; answers how to stop. */
export const watchPersonal = (listener: (name: string) => void): (() => void) => {
  personalListeners.add(listener)
  return () => personalListeners.delete(listener)
}

/** What this browser keeps of personal cells, made already or not, as text by name. */
export const personalTexts = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(localStorage).flatMap(([key, text]) => {
      const name = key.slice(KEY_PREFIX.length)
      return key.startsWith(KEY_PREFIX) && !ownNames.has(name) ? [[name, String(text)]] : []
    })
  )

/** Takes what another device wrote; null: as the product has it. Also for cells that are loaded later. */
export const takePersonal = (name: string, text: string | null): void => {
  if (text === null) localStorage.removeItem(KEY_PREFIX + name)
  else localStorage.setItem(KEY_PREFIX + name, text)
  takers.get(name)?.(text)
}
