/** CommandOf: the command of that name. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"

export type CommandOf<Tag extends AccountCommand["_tag"]> = Extract<AccountCommand, { readonly _tag: Tag }>
