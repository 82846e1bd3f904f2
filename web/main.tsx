/** The web app's beginning. */
import { createRoot } from "react-dom/client"
import { App } from "./App.tsx"
import { followAddress } from "./api/address.ts"
import { keepAppVersion } from "./api/appVersion.ts"
import { keepSession } from "./api/session.ts"
import "./locales/i18n.ts"
import { startClock } from "./state/clock.ts"
import { startTheme } from "./state/theme.ts"
import "./styles.css"

const root = document.getElementById("root")
if (root === null) throw new Error("index.html has no #root")
startTheme()
keepSession()
keepAppVersion()
followAddress()
startClock()
createRoot(root).render(<App />)
