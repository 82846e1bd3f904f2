/** problemText: what is wrong with a field of the ticket, in words. */
import { i18n } from "../../locales/i18n.ts"
import type { TicketProblem } from "./readTicket.ts"

export const problemText = (problem: TicketProblem): string => i18n.t(`ticket.problem.${problem.kind}`, { ...problem })
