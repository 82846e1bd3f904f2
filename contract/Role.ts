/** Role: what somebody who signs in is to the broker. */
import { Schema } from "effect"

/** support sees clients, risk watches and stops trading, operator changes configuration, admin may do all of it. */
export const Role = Schema.Literals(["client", "support", "risk", "operator", "admin"])
export type Role = typeof Role.Type
export const STAFF: ReadonlyArray<Role> = ["support", "risk", "operator", "admin"]
