/** toast: what floats above the page for a while. Its library comes behind the page: nobody needs it to see prices. */
import type { ExternalToast, toast } from "sonner"

type Toast = typeof toast
export type ToastKind = "loading" | "success" | "error" | "info" | "warning"

const { promise: mounted, resolve } = Promise.withResolvers<Toast>()

/** Told by the toaster once it is on the page; what was said before is shown then. */
export const toasterMounted: (toast: Toast) => void = resolve

/** Another one with the same `id` takes the place of the one before. */
export const showToast = (kind: ToastKind, title: string, options: ExternalToast): void =>
  void mounted.then((toast) => toast[kind](title, options))
