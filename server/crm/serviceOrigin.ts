/** serviceOrigin: the program that asked, for the journal. */
import type { Origin } from "#actors/account/AccountCommand.ts"
import type { CurrentService } from "#contract/CrmAccess.ts"

export const serviceOrigin = ({ id, ip }: typeof CurrentService.Service): Origin => ({ kind: "crm", id, ip })
