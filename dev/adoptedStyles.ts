/**
 * adoptedStyles: libraries of the web app that put style elements into the page adopt a style sheet instead, which the content security policy
 * allows without `unsafe-inline`. When a library writes its styles in another way than is known here, the build fails.
 */
import type { Plugin } from "vite"

/** The library's file, what stands there, and what takes its place. */
interface Change {
  readonly file: RegExp
  readonly written: RegExp
  readonly instead: string
}

const ADOPT = "{ const sheet = new CSSStyleSheet(); sheet.replaceSync(CSS); document.adoptedStyleSheets.push(sheet) }"
const adopt = (css: string): string => ADOPT.replace("CSS)", `${css})`)

const changes: ReadonlyArray<Change> = [
  {
    file: /\/node_modules\/(sonner|vaul)\/dist\/index\.mjs$/u,
    written: /function __insertCSS\(code\) \{[\s\S]*?\n\}/u,
    instead: `function __insertCSS(code) ${adopt("code")}`
  },
  {
    // of dialogs, which keep the page behind them from scrolling: as wide as the scroll bar was, so it is not known before
    file: /\/node_modules\/react-style-singleton\/dist\/es2015\/singleton\.js$/u,
    written: /[\s\S]+/u,
    instead: `export const stylesheetSingleton = () => {
      const sheet = new CSSStyleSheet()
      let users = 0
      return {
        add: (css) => { if (users++ === 0) { sheet.replaceSync(css); document.adoptedStyleSheets.push(sheet) } },
        remove: () => { if (--users === 0) document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet) }
      }
    }`
  },
  {
    // of the attribution logo; a comment goes into the page where the element went
    file: /\/node_modules\/lightweight-charts\/dist\/lightweight-charts\.production\.mjs$/u,
    written: /(this\.\w+)=document\.createElement\("style"\),\1\.innerText=("[^"]+")/u,
    instead: `$1=((css) => { ${adopt("css").slice(2, -2)}; return document.createComment("") })($2)`
  }
]

export const adoptedStyles = (): Plugin => ({
  name: "adopted-styles",
  enforce: "pre",
  transform(code, id) {
    const [file = ""] = id.split("?", 1)
    const change = changes.find((one) => one.file.test(file))
    if (change === undefined) return undefined
    if (!change.written.test(code)) throw new Error(`${file} writes its styles in another way than dev/adoptedStyles.ts knows`)
    return { code: code.replace(change.written, change.instead), map: null }
  }
})
