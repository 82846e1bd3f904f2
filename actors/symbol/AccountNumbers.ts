/**
 * AccountNumbers: the accounts that are armed on this node, each with a small number, so that columns of numbers can speak of them.
 *
 * Why this is safe: a number belongs to one account from `take` to `release`, and is given to another only after that. Whoever releases it
 * has freed everything that carries it before.
 */
export class AccountNumbers {
  readonly #numbers = new Map<string, number>()
  readonly #ids: Array<string> = []
  readonly #released: Array<number> = []

  has(accountId: string): boolean {
    return this.#numbers.has(accountId)
  }

  find(accountId: string): number | undefined {
    return this.#numbers.get(accountId)
  }

  /** The account's number, a new one if it has none. */
  take(accountId: string): number {
    const known = this.#numbers.get(accountId)
    if (known !== undefined) return known
    const number = this.#released.pop() ?? this.#ids.length
    this.#numbers.set(accountId, number)
    this.#ids[number] = accountId
    return number
  }

  release(accountId: string): void {
    const number = this.#numbers.get(accountId)
    if (number === undefined) return
    this.#numbers.delete(accountId)
    this.#released.push(number)
  }

  /** Of a number that is taken. */
  idOf(number: number): string {
    return this.#ids[number] ?? ""
  }

  ids(): Iterable<string> {
    return this.#numbers.keys()
  }
}
