/**
 * AccountStateCodec: an account's state as bytes, for snapshots and for watchers on other nodes.
 *
 * Records are written as rows of their fields' values, in the order in which the domain declares the fields, without their names: a third
 * of the bytes, and read several times as quickly. A field that is added, removed or moved changes the layout, so whoever does that raises
 * STATE_LAYOUT_VERSION; a test holds the fields against it.
 */
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { CountedMap } from "#actors/account/CountedMap.ts"
import { Order } from "#domain/Order.ts"
import { Position } from "#domain/Position.ts"
import { Schema, SchemaTransformation } from "effect"
import { Packr } from "msgpackr"
import { deserialize } from "node:v8"

/** Version of the layout that this program writes. 1 was V8's own serialization; 3 has longer positions, so that 2 is read as it is. */
export const STATE_LAYOUT_VERSION = 3

/** The fields in their order of writing. */
export const stateLayout = {
  account: Object.keys(initialAccountState),
  order: Object.keys(Order.fields),
  position: Object.keys(Position.fields)
}

type Row = ReadonlyArray<unknown>

/** Decimals are 64-bit integers, larger ones have a form of their own. */
const packr = new Packr({ useRecords: false, int64AsType: "bigint", useBigIntExtension: true, variableMapSize: true })

const rowOf = (fields: ReadonlyArray<string>, record: object): Row => {
  const values = new Map<string, unknown>(Object.entries(record))
  const row = fields.map((field) => values.get(field) ?? null)
  // optional fields stand at the end often enough
  while (row.length > 0 && row.at(-1) === null) row.pop()
  return row
}

/** Nothing that is null is ever part of a state: it stands for what is absent. */
const recordOf = (fields: ReadonlyArray<string>, row: Row): Record<string, unknown> => {
  const record: Record<string, unknown> = {}
  for (let index = 0; index < row.length; index++) {
    const value = row[index]
    const field = fields[index]
    if (value !== null && field !== undefined) record[field] = value
  }
  return record
}

/** Of orders and positions: symbols, sides and the ids of the first ones are the same in most accounts, one string for all of them. */
const SHARED_TEXTS_MAX = 4_096
const sharedTexts = new Map<string, string>()

const shared = (value: unknown): unknown => {
  if (typeof value === "bigint") return value === 0n ? 0n : value
  if (typeof value !== "string") return value
  const known = sharedTexts.get(value)
  if (known !== undefined) return known
  if (sharedTexts.size < SHARED_TEXTS_MAX) sharedTexts.set(value, value)
  return value
}

export const encodeAccountState = (state: AccountState): Uint8Array =>
  packr.pack(
    rowOf(stateLayout.account, {
      ...state,
      reservations: [...state.reservations].flat(),
      bookedReferences: [...state.bookedReferences],
      orders: Array.from(state.orders.values(), (order) => rowOf(stateLayout.order, order)),
      positions: Array.from(state.positions.values(), (position) => rowOf(stateLayout.position, position))
    })
  )

const isAccountState = (value: unknown): value is AccountState =>
  typeof value === "object" && value !== null && "accountId" in value && "positions" in value && value.positions instanceof CountedMap

const asAccountState = (value: unknown): AccountState => {
  if (!isAccountState(value)) throw new Error("these bytes are no account")
  return value
}

/** Throws on bytes that are no account of this layout or an older one. */
export const decodeAccountState = (bytes: Uint8Array, layoutVersion = STATE_LAYOUT_VERSION): AccountState => {
  if (layoutVersion === 1) return ofFirstLayout(deserialize(bytes))
  const read = recordOf(stateLayout.account, packr.unpack(bytes))
  const { bookedReferences, orders, positions, reservations } = read
  return asAccountState({
    ...initialAccountState,
    ...read,
    reservations: reservationsOf(pairsOf(rowsOf(reservations))),
    bookedReferences: new Set(rowsOf(bookedReferences)),
    orders: byId(rowsOf(orders), stateLayout.order, "orderId"),
    positions: byId(rowsOf(positions), stateLayout.position, "positionId")
  })
}

/** In which orders and positions were maps of V8's own. */
const ofFirstLayout = (read: AccountState): AccountState =>
  asAccountState({ ...read, orders: CountedMap.of(read.orders), positions: CountedMap.of(read.positions) })

/** Most accounts have none: one empty map for all of them, which nobody changes. */
const reservationsOf = (pairs: ReadonlyArray<readonly [unknown, unknown]>): ReadonlyMap<unknown, unknown> =>
  pairs.length === 0 ? initialAccountState.reservations : new Map(pairs)

const rowsOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const pairsOf = (values: ReadonlyArray<unknown>): ReadonlyArray<readonly [unknown, unknown]> =>
  Array.from({ length: values.length / 2 }, (_, index) => [values[index * 2], values[index * 2 + 1]])

const byId = (rows: ReadonlyArray<unknown>, fields: ReadonlyArray<string>, id: string): CountedMap<unknown> =>
  CountedMap.of(
    rows.map((row) => {
      const record = recordOf(fields, rowsOf(row).map(shared))
      return [String(record[id]), record] as const
    })
  )

/** For RPCs between nodes of one cluster, which run the same program. */
export const AccountStateFromBytes = Schema.Uint8Array.pipe(
  Schema.decodeTo(
    Schema.declare(isAccountState),
    SchemaTransformation.transform({ decode: (bytes) => decodeAccountState(bytes), encode: encodeAccountState })
  )
)
