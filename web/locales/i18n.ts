/** i18n: every text of the product, by key. Texts live in en.json; another language is another file of the same shape. */
import { createInstance } from "i18next"
import { initReactI18next } from "react-i18next"
import en from "./en.json"

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation"
    contextSeparator: "|"
    resources: { translation: typeof en }
  }
}

export const i18n = createInstance()
void i18n.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  // Keys such as INVALID_PRICE are names of their own, not INVALID in a context.
  contextSeparator: "|",
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false }
})

/** A text by its key. */
export type Translate = typeof i18n.t
