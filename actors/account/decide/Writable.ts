/**
 * Writable: a record in the making, before anyone else sees it.
 *
 * Optional fields are put into it one by one: `...(field === undefined ? {} : { field })` costs more than the rest of a record.
 */
export type Writable<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] }
