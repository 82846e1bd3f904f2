/** isCommonPassword: passwords that guessers try first, whatever their length. */
import { PASSWORD_LENGTH_MIN_WITH_SECOND_FACTOR, passwordLength } from "#contract/passwordLength.ts"

/** Long ones from public lists of leaked passwords, lower case without spaces; shorter ones are refused by length already. */
const COMMON = new Set([
  "passwordpassword",
  "password12345678",
  "password123456789",
  "123456789012345",
  "1234567890123456",
  "qwertyuiopasdfghjkl",
  "qwertyuiopasdfgh",
  "qwertyuiop12345",
  "qwertyuiop123456",
  "qwerty1234567890",
  "1q2w3e4r5t6y7u8i",
  "1q2w3e4r5t6y7u8i9o0p",
  "1qaz2wsx3edc4rfv",
  "1qaz2wsx3edc4rfv5tgb",
  "qazwsxedcrfvtgb",
  "zaq12wsxcde34rfv",
  "abcdefghijklmno",
  "abcdefghijklmnop",
  "abcdefghijklmnopqrstuvwxyz",
  "letmeinletmein1",
  "iloveyouiloveyou",
  "administrator123",
  "administrator1234",
  "correcthorsebatterystaple",
  "mypasswordis1234",
  "thisismypassword",
  "changemechangeme",
  "welcomewelcome12",
  "trustno1trustno1",
  "superman12345678"
])

/** `ababab…`: one to five characters over and over. */
const REPEATED = /^(.{1,5}?)\1+.{0,4}$/u

/** Of what is left without its spaces: a row of them is no secret. */
const LETTERS_MIN = PASSWORD_LENGTH_MIN_WITH_SECOND_FACTOR

/** `name` and `email` are the user's own: a password made of nothing else is no secret. */
export const isCommonPassword = (password: string, email: string, name = ""): boolean => {
  const plain = password.normalize("NFKC").toLowerCase().replace(/\s+/gu, "")
  const own = [email, email.split("@")[0] ?? "", name].map((text) => text.normalize("NFKC").toLowerCase().replace(/\s+/gu, ""))
  return passwordLength(plain) < LETTERS_MIN || COMMON.has(plain) || REPEATED.test(plain) || own.includes(plain)
}
