/** changesNothing: whether a request only asks (RFC 9110, 9.2.1): such a one needs no proof of its origin, is open to who looks on, and is no act. */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"])

export const changesNothing = (method: string): boolean => SAFE_METHODS.has(method)
