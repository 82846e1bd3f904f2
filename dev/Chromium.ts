/**
 * The browser of the tests: Chromium from the npm package @sparticuz/chromium, unpacked once under .cache/, or the one of CHROMIUM_PATH.
 *
 * The package is made for x64 Linux; elsewhere an installed Chrome is taken. Its own launch arguments switch off web security, so they are not
 * used, and its font configuration names a folder that is not there, so it gets one of ours: without any font Chromium dies at the first text.
 */
import { execFile } from "node:child_process"
import { randomUUID } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { type Browser, chromium } from "playwright-core"
import { root } from "#dev/Child.ts"

const archives = ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"]

/** Pages made from it should state their `locale`: under LANG=C Chromium says `en-US@posix`, which `Intl` does not take. */
export const launchChromium = async (): Promise<Browser> => {
  const given = process.env["CHROMIUM_PATH"]
  if (given) return launch(given, {})
  if (process.platform !== "linux" || process.arch !== "x64") return launch(undefined, {})
  const directory = await unpacked()
  const libraries = [path.join(directory, "al2023/lib"), process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":")
  return launch(path.join(directory, "chromium"), { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: fontConfiguration(directory) })
}

/** Without a path: the Chrome that is installed. */
const launch = (executablePath: string | undefined, env: Record<string, string>): Promise<Browser> =>
  chromium.launch({
    ...(executablePath === undefined ? { channel: "chrome" } : { executablePath }),
    env: { ...process.env, ...env },
    // The sandbox needs rights that containers and root lack; the pages are our own.
    chromiumSandbox: false,
    args: ["--headless=new", "--disable-dev-shm-usage"]
  })

/** The directory of the unpacked package. Made aside and renamed: of several processes that do so at once, the first one wins. */
const unpacked = async (): Promise<string> => {
  const installed = path.resolve(path.dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))), "..")
  const manifest: { readonly version: string } = JSON.parse(fs.readFileSync(path.join(installed, "package.json"), "utf8"))
  const directory = path.join(root, `.cache/chromium-${manifest.version}`)
  if (fs.existsSync(directory)) return directory
  fs.mkdirSync(path.dirname(directory), { recursive: true })
  const part = fs.mkdtempSync(`${directory}.`)
  // The package unpacks to the temporary directory, which is the process's: hence a process of its own.
  const program = 'import { inflate } from "@sparticuz/chromium"; await Promise.all(process.argv.slice(1).map((file) => inflate(file)))'
  const files = archives.map((archive) => path.join(installed, "bin", archive))
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program, ...files], {
    cwd: root,
    env: { ...process.env, TMPDIR: part }
  })
  fs.chmodSync(part, 0o755)
  fs.chmodSync(path.join(part, "chromium"), 0o755)
  try {
    fs.renameSync(part, directory)
  } catch {
    fs.rmSync(part, { recursive: true, force: true })
  }
  return directory
}

/** Names absolute paths, so it is written at every launch: a checkout may have been moved. */
const fontConfiguration = (directory: string): string => {
  const file = path.join(directory, `fonts.${randomUUID()}.conf`)
  const folders = [path.join(directory, "fonts"), "/usr/share/fonts"].map((folder) => `<dir>${folder}</dir>`).join("")
  const cache = `<cachedir>${path.join(directory, "font-cache")}</cachedir>`
  fs.writeFileSync(file, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders}${cache}</fontconfig>\n`)
  const final = path.join(directory, "fonts.conf")
  fs.renameSync(file, final)
  return final
}
