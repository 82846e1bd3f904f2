/** i18n: every text of the product, by key. Texts live in en.json; another language is another file of the same shape. */
import i18next from "i18next"
import { initReactI18next } from "react-i18next"
import en from "./en.json"

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation"
    resources: { translation: typeof en }
  }
}

void i18next.use(initReactI18next).init({
  lng: "en",
  fallbackLng: "en",
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false }
})

export const i18n = i18next
