/** CancelRequest: asks before a deposit or a withdrawal is taken back. */
import { Result } from "effect"
import { useTranslation } from "react-i18next"
import type { FundingView } from "#contract/FundingViews.ts"
import { cancelFunding } from "../../api/funding.ts"
import { useSubmit } from "../../lib/useSubmit.ts"
import { formatMoney } from "../../locales/formats.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"
import { Dialog, DialogContent, DialogFooter, DialogHeader } from "../../ui/dialog.tsx"
import { fundingText } from "./fundingText.ts"

export function CancelRequest(props: { readonly request: FundingView; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const { amount, currency, kind, requestId } = props.request
  const form = useSubmit(async () => {
    const answer = await cancelFunding(props.request)
    return Result.isFailure(answer) ? answer.failure : undefined
  }, props.onDone)
  return (
    <Dialog open onOpenChange={props.onDone}>
      <DialogContent>
        <DialogHeader
          title={t(`funding.cancelTitle.${kind}`, { id: requestId })}
          description={t(`funding.cancelLead.${kind}`, { amount: formatMoney(amount), currency })}
        />
        {form.failure !== undefined && <Alert variant="danger">{fundingText(form.failure)}</Alert>}
        <DialogFooter keep={t("funding.keep")}>
          <Button variant="danger" disabled={form.isBusy} onClick={() => form.submit()}>
            {t(`funding.cancelSubmit.${kind}`)}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
