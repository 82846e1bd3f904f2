/** passwordLength: how long a password may and must be, in characters. */

/** Characters as people count them: an emoji is one, and a letter with its accent, however the keyboard composes it. */
export const passwordLength = (password: string): number => [...password.normalize("NFKC")].length

/** Longest password that is hashed: long enough for any passphrase, short enough to be no burden. */
export const PASSWORD_LENGTH_MAX = 256
export const PASSWORD_LENGTH_MIN = 15
/** Of who signs in with a second factor too. */
export const PASSWORD_LENGTH_MIN_WITH_SECOND_FACTOR = 8
