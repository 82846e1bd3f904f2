/** watchlist: which symbols are listed, and in which order. */
import { Schema } from "effect"
import { InstrumentClass, type Instrument } from "#domain/Instrument.ts"
import { SymbolName } from "#domain/Quote.ts"
import { instrumentsCell } from "./market.ts"
import { action, cell, derived, personal } from "./store.ts"

/** Everything, the person's own choice, or one class of instruments. */
export const WatchlistGroup = Schema.Union([Schema.Literals(["all", "favorites"]), InstrumentClass])
export type WatchlistGroup = typeof WatchlistGroup.Type
export const watchlistGroupCell = personal("watchlist.group", WatchlistGroup, "all")

/** Most symbols that a person may mark. */
export const FAVORITES_MAX = 200
/** In the person's own order. */
export const favoritesCell = personal("watchlist.favorites", Schema.Array(SymbolName).check(Schema.isMaxLength(FAVORITES_MAX)), [])
export const watchlistSearchCell = cell("")

export const toggleFavorite = action((read, write, symbol: string) => {
  const favorites = read(favoritesCell)
  if (favorites.includes(symbol))
    write(
      favoritesCell,
      favorites.filter((other) => other !== symbol)
    )
  else if (favorites.length < FAVORITES_MAX) write(favoritesCell, [...favorites, symbol])
})

/** Moves a favorite by so many places, up when negative. */
export const moveFavorite = action((read, write, symbol: string, places: number) => {
  const favorites = read(favoritesCell)
  const from = favorites.indexOf(symbol)
  if (from < 0) return
  const others = favorites.filter((other) => other !== symbol)
  const to = Math.min(Math.max(0, from + places), others.length)
  write(favoritesCell, [...others.slice(0, to), symbol, ...others.slice(to)])
})

/** The search matches the beginning of a symbol, or any part of its description. */
export const matches = (instrument: Instrument, search: string): boolean => {
  const wanted = search.trim().toUpperCase()
  return wanted === "" || instrument.symbol.includes(wanted) || instrument.description.toUpperCase().includes(wanted)
}

const groupSymbols = (
  instruments: ReadonlyMap<string, Instrument>,
  group: WatchlistGroup,
  favorites: ReadonlyArray<string>
): ReadonlyArray<Instrument> => {
  if (group === "favorites") return favorites.flatMap((symbol) => instruments.get(symbol) ?? [])
  const all = [...instruments.values()]
  return group === "all" ? all : all.filter((instrument) => instrument.class === group)
}

/** What the watchlist shows; undefined while instruments are loading. A search looks through everything, whatever the group. */
export const watchlistValue = derived((read) => {
  const instruments = read(instrumentsCell)
  if (instruments === undefined) return undefined
  const search = read(watchlistSearchCell)
  const listed = groupSymbols(instruments, search.trim() === "" ? read(watchlistGroupCell) : "all", read(favoritesCell))
  return listed.filter((instrument) => matches(instrument, search))
})

/** Classes that have instruments, in the order of their definition. */
export const classesValue = derived((read) => {
  const present = new Set([...(read(instrumentsCell)?.values() ?? [])].map((instrument) => instrument.class))
  return InstrumentClass.literals.filter((name) => present.has(name))
})
