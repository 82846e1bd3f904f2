/** securityHeaders: what every answer tells the browser to forbid. */
import { hash } from "node:crypto"

const POLICY = {
  /** Nothing that an API answers is a page. */
  data: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  /** The web app: its own files only. Nothing that stands in the page runs or styles; what libraries style, they do by style sheets that they adopt. */
  app:
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
    "manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
} as const

/** Scripts that stand in a page of ours are allowed by what they say, not by where they are. */
const inlineScriptHashes = (html: string): string =>
  [...html.matchAll(/<script>([\s\S]*?)<\/script>/gu)].map(([, script]) => `'sha256-${hash("sha256", script ?? "", "base64")}'`).join(" ")

/** For the API's documentation, whose one page holds its script and its styles. */
export const documentationPolicy = (html: string): string =>
  `default-src 'none'; script-src ${inlineScriptHashes(html)}; style-src 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; ` +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

const common = {
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  // for browsers that do not know frame-ancestors
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
} as const

export const dataHeaders: Readonly<Record<string, string>> = { ...common, "content-security-policy": POLICY.data }
export const appHeaders: Readonly<Record<string, string>> = { ...common, "content-security-policy": POLICY.app }
/** The web app sends files to `uploadOrigin`, where there is one. */
export const appHeadersWith = (uploadOrigin: string | undefined): Readonly<Record<string, string>> =>
  uploadOrigin === undefined
    ? appHeaders
    : { ...common, "content-security-policy": POLICY.app.replace("connect-src 'self'", `connect-src 'self' ${uploadOrigin}`) }
