/** commandToast: one command from click to outcome, in one toast: sending, then done, or why not. */
import { Result } from "effect"
import type { CommandResult } from "#contract/Views.ts"
import type { CommandAnswer } from "../../api/trading.ts"
import { i18n } from "../../locales/i18n.ts"
import { showToast } from "../../ui/toast.ts"
import { failureText } from "./failureText.ts"
import { commandEnded, commandStarted } from "./inbox.ts"

export interface Outcome {
  readonly title: string
  readonly description?: string
}

/** Commands of this page so far: names their toasts. */
let commands = 0

/** `name` is the command as the person would say it; `outcome` says what came of it. Answers whether it was done. */
export const withCommandToast = async (
  name: string,
  answer: Promise<CommandAnswer>,
  outcome: (result: CommandResult) => Outcome
): Promise<boolean> => {
  const id = `command-${++commands}`
  showToast("loading", i18n.t("notification.sending", { command: name }), { id })
  commandStarted()
  const settled = await answer
  commandEnded(Result.isSuccess(settled) ? settled.success : undefined)
  if (Result.isFailure(settled)) {
    showToast("error", i18n.t("notification.refused", { command: name }), {
      id,
      description: failureText(settled.failure),
      duration: REFUSAL_MILLIS
    })
    return false
  }
  const { title, description } = outcome(settled.success)
  showToast("success", title, { id, description, duration: DONE_MILLIS })
  return true
}

const DONE_MILLIS = 5_000
/** A refusal asks for thought: it stays longer. */
const REFUSAL_MILLIS = 10_000
