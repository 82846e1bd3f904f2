/** watchlist: which symbols are listed, and in which order. */
import { Schema } from "effect"
import { InstrumentClass, type Instrument } from "#domain/Instrument.ts"
import { SymbolName } from "#domain/Quote.ts"
import { instrumentsCell } from "./market.ts"
import { action, cell, derived, perKey, personal } from "./store.ts"

/** Most symbols of a list of one's own. */
export const LIST_SYMBOLS_MAX = 200
export const LISTS_MAX = 8
export const LIST_NAME_LENGTH_MAX = 30

const ListId = Schema.String.check(Schema.isPattern(/^list:\d{1,6}$/u))
export const OwnList = Schema.Struct({
  listId: ListId,
  name: Schema.String.check(Schema.isBetweenLength(1, LIST_NAME_LENGTH_MAX)),
  symbols: Schema.Array(SymbolName).check(Schema.isMaxLength(LIST_SYMBOLS_MAX))
})
export type OwnList = typeof OwnList.Type

/** Everything, what is marked with a star, a list of one's own, or one class of instruments. */
export const WatchlistGroup = Schema.Union([Schema.Literals(["all", "favorites"]), InstrumentClass, ListId])
export type WatchlistGroup = typeof WatchlistGroup.Type
const chosenGroupCell = personal("watchlist.group", WatchlistGroup, "all")

/** In the person's own order. */
export const favoritesCell = personal("watchlist.favorites", Schema.Array(SymbolName).check(Schema.isMaxLength(LIST_SYMBOLS_MAX)), [])
export const ownListsCell = personal("watchlist.lists", Schema.Array(OwnList).check(Schema.isMaxLength(LISTS_MAX)), [])
export const watchlistSearchCell = cell("")

export const ownListValue = perKey((listId) => derived((read) => read(ownListsCell).find((list) => list.listId === listId)))

/** The group on the page; a list that is gone is everything. */
export const watchlistGroupValue = derived((read): WatchlistGroup => {
  const group = read(chosenGroupCell)
  return group.startsWith("list:") && read(ownListValue(group)) === undefined ? "all" : group
})
export const chooseGroup = action((_read, write, group: WatchlistGroup) => write(chosenGroupCell, group))

/** Symbols of a group that the person puts together and orders; undefined of any other. */
export const ownSymbolsValue = perKey((group) =>
  derived((read): ReadonlyArray<string> | undefined => (group === "favorites" ? read(favoritesCell) : read(ownListValue(group))?.symbols))
)

const setOwnSymbols = action((read, write, group: string, symbols: ReadonlyArray<string>) => {
  if (group === "favorites") write(favoritesCell, symbols)
  else
    write(
      ownListsCell,
      read(ownListsCell).map((list) => (list.listId === group ? { ...list, symbols } : list))
    )
})

/** Into a group of the person's own, or out of it. */
export const toggleSymbol = action((read, write, group: string, symbol: string) => {
  const symbols = read(ownSymbolsValue(group))
  if (symbols === undefined) return
  if (symbols.includes(symbol))
    write(
      setOwnSymbols,
      group,
      symbols.filter((other) => other !== symbol)
    )
  else if (symbols.length < LIST_SYMBOLS_MAX) write(setOwnSymbols, group, [...symbols, symbol])
})

/** By so many places, up when negative. */
export const moveSymbol = action((read, write, group: string, symbol: string, places: number) => {
  const symbols = read(ownSymbolsValue(group))
  const from = symbols?.indexOf(symbol) ?? -1
  if (symbols === undefined || from < 0) return
  const others = symbols.filter((other) => other !== symbol)
  const to = Math.min(Math.max(0, from + places), others.length)
  write(setOwnSymbols, group, [...others.slice(0, to), symbol, ...others.slice(to)])
})

/** A new list, which is shown then; nothing when there are as many as there may be. */
export const addList = action((read, write, name: string) => {
  const lists = read(ownListsCell)
  if (lists.length >= LISTS_MAX) return
  const listId = `list:${Math.max(0, ...lists.map((list) => Number(list.listId.slice("list:".length)))) + 1}`
  write(ownListsCell, [...lists, { listId, name, symbols: [] }])
  write(chosenGroupCell, listId)
})

export const renameList = action((read, write, listId: string, name: string) =>
  write(
    ownListsCell,
    read(ownListsCell).map((list) => (list.listId === listId ? { ...list, name } : list))
  )
)

export const removeList = action((read, write, listId: string) => {
  write(
    ownListsCell,
    read(ownListsCell).filter((list) => list.listId !== listId)
  )
  write(chosenGroupCell, "all")
})

/** The search matches the beginning of a symbol, or any part of its description. */
export const matches = (instrument: Instrument, search: string): boolean => {
  const wanted = search.trim().toUpperCase()
  return wanted === "" || instrument.symbol.includes(wanted) || instrument.description.toUpperCase().includes(wanted)
}

/** What the watchlist shows; undefined while instruments are loading. A search looks through everything, whatever the group. */
export const watchlistValue = derived((read) => {
  const instruments = read(instrumentsCell)
  if (instruments === undefined) return undefined
  const search = read(watchlistSearchCell)
  const group = search.trim() === "" ? read(watchlistGroupValue) : "all"
  const own = read(ownSymbolsValue(group))
  if (own !== undefined) return own.flatMap((symbol) => instruments.get(symbol) ?? [])
  return [...instruments.values()].filter((instrument) => (group === "all" || instrument.class === group) && matches(instrument, search))
})

/** Classes that have instruments, in the order of their definition. */
export const classesValue = derived((read) => {
  const present = new Set([...(read(instrumentsCell)?.values() ?? [])].map((instrument) => instrument.class))
  return InstrumentClass.literals.filter((name) => present.has(name))
})
