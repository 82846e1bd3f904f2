/** `.env.example`: every setting of server/settings.ts, commented out and with its default, so that a copy of it changes nothing. */
import { settings } from "#server/settings.ts"
import type { Setting } from "#server/Setting.ts"

const WIDTH = 120

const wrap = (text: string): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = word
    } else {
      line = line === "" ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

/** What a reader must know beyond the description: the form of the value, and what production changes. */
const remarks = (setting: Setting<unknown>): string => {
  const parts = [`Expected: ${setting.expected}.`]
  if (setting.default === undefined || setting.requiredInProduction) parts.push("Required in production.")
  if (setting.defaultInProduction !== undefined) parts.push(`In production: ${setting.defaultInProduction || "none"}.`)
  return parts.join(" ")
}

const block = (setting: Setting<unknown>): ReadonlyArray<string> => [
  ...[...wrap(setting.description), ...wrap(remarks(setting))].map((line) => `# ${line}`),
  `#${setting.variable}=${setting.secret ? "" : (setting.default ?? "").replace("<PORT>", settings.port.default ?? "")}`,
  ""
]

export const envExample = (): string => {
  const all = Object.values<Setting<unknown>>(settings)
  const groups = [...new Set(all.map((setting) => setting.group))]
  return [
    "# Copy to .env and change what you need; nothing here is needed for `npm start` on your own machine.",
    "# Generated from server/settings.ts by `npm run generate`.",
    "",
    ...groups.flatMap((group) => [`## ${group}`, "", ...all.filter((setting) => setting.group === group).flatMap(block)])
  ]
    .join("\n")
    .trimEnd()
    .concat("\n")
}
