/** The browser's part of the product, built into web/dist, which the server serves. */
import { fileURLToPath } from "node:url"
import tailwindcss from "@tailwindcss/vite"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react(), tailwindcss()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Which file loads which: the size of the first load is computed from it.
    manifest: true,
    target: "es2024",
    // The content security policy allows no inline script, and every browser we support preloads modules by itself.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900
  }
})
