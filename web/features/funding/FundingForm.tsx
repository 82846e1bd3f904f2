/** FundingForm: a deposit or a withdrawal to be asked for; what the server would refuse is said while it is typed. */
import { CheckIcon } from "lucide-react"
import { RadioGroup } from "radix-ui"
import { Result } from "effect"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { FundingOverview, FundingView, FundingWayView } from "#contract/FundingViews.ts"
import { formatDecimal, maxDecimal, minDecimal, parseDecimal, type Decimal } from "#domain/Decimal.ts"
import type { FundingKind } from "#domain/FundingRequest.ts"
import { requestFunding } from "../../api/funding.ts"
import { useSubmit } from "../../lib/useSubmit.ts"
import { formatAmount, formatMoney } from "../../locales/formats.ts"
import { useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"
import { Field } from "../../ui/field.tsx"
import { Input } from "../../ui/input.tsx"
import { SubmitButton } from "../signin/EntryPage.tsx"
import { fundingText } from "./fundingText.ts"
import { readFunding, type FundingForm as Form } from "./readFunding.ts"
import { withdrawableNow } from "./withdrawableNow.ts"

interface Method {
  readonly name: string
  readonly title: string
  readonly way: FundingWayView
}

const methodsOf = (overview: FundingOverview, kind: FundingKind): ReadonlyArray<Method> =>
  overview.methods.flatMap((method) => {
    const way = method[kind]
    return way === null ? [] : [{ name: method.name, title: method.title, way }]
  })

const money = (text: string): Decimal => parseDecimal(text) ?? 0n

export function FundingForm(props: { readonly kind: FundingKind; readonly overview: FundingOverview; readonly onRequested: () => void }) {
  const { t } = useTranslation()
  const { kind, overview } = props
  const methods = methodsOf(overview, kind)
  const [chosen, setChosen] = useState(methods[0]?.name ?? "")
  const [amount, setAmount] = useState("")
  const [details, setDetails] = useState<Form["details"]>({})
  const [made, setMade] = useState<FundingView>()
  const withdrawable = useValue(withdrawableNow)
  const method = methods.find(({ name }) => name === chosen) ?? methods[0]
  const own = Object.fromEntries(method?.way.fields.map(({ name }) => [name, details[name] ?? ""]) ?? [])
  const read = readFunding(overview, kind, { method: method?.name ?? "", amount, details: own }, withdrawable)
  const form = useSubmit(async () => {
    if (read.request === undefined) return undefined
    const answer = await requestFunding(kind, overview.accountId, read.request)
    if (Result.isFailure(answer)) return answer.failure
    setMade(answer.success)
    setAmount("")
    props.onRequested()
    return undefined
  })
  if (method === undefined) return null
  // a missing detail is no mistake before the form was sent: its field says that it is needed
  const isAboutAmount = read.refusal !== undefined && read.refusal.code !== "DETAIL_MISSING" && read.refusal.code !== "DETAIL_NOT_ACCEPTED"
  return (
    <form className="grid gap-5" onSubmit={form.submit} noValidate aria-label={t(`funding.request.${kind}`)}>
      {form.failure !== undefined && <Alert variant="danger">{fundingText(form.failure)}</Alert>}
      {made !== undefined && form.failure === undefined && !form.isBusy && (
        <Alert variant="info">
          {t(`funding.made.${kind}`, { id: made.requestId, amount: formatMoney(made.amount), currency: made.currency })}
        </Alert>
      )}
      <MethodChoice kind={kind} methods={methods} value={method.name} onValueChange={setChosen} />
      <div className="grid gap-4 sm:grid-cols-2">
        <AmountField
          kind={kind}
          overview={overview}
          way={method.way}
          value={amount}
          onValueChange={setAmount}
          error={isAboutAmount && read.refusal !== undefined ? fundingText(read.refusal) : undefined}
          withdrawable={withdrawable}
        />
        {method.way.fields.map(({ lengthMax, name, required, title }) => (
          <Field key={`${method.name} ${name}`} label={required ? title : t("funding.optional", { field: title })}>
            {(control) => (
              <Input
                {...control}
                value={own[name] ?? ""}
                maxLength={lengthMax}
                required={required}
                autoComplete="off"
                onChange={(event) => setDetails({ ...details, [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <p className="text-xs text-muted-foreground">{method.way.note}</p>
      <div>
        <SubmitButton
          isBusy={form.isBusy}
          isDisabled={read.request === undefined || read.refusal !== undefined}
          label={
            read.request === undefined
              ? t(`funding.submit.${kind}`)
              : t(`funding.submitAmount.${kind}`, {
                  amount: formatAmount(read.request.amount, overview.currencyDigits),
                  currency: overview.currency
                })
          }
          busyLabel={t("funding.sending")}
        />
      </div>
    </form>
  )
}

function MethodChoice(props: {
  readonly kind: FundingKind
  readonly methods: ReadonlyArray<Method>
  readonly value: string
  readonly onValueChange: (name: string) => void
}) {
  const { t } = useTranslation()
  return (
    <RadioGroup.Root
      aria-label={t("funding.method")}
      value={props.value}
      onValueChange={props.onValueChange}
      className="grid gap-2 sm:grid-cols-3"
    >
      {props.methods.map(({ name, title, way }) => (
        <RadioGroup.Item
          key={name}
          value={name}
          aria-label={title}
          className="grid min-h-11 grid-cols-[1fr_auto] items-center gap-x-2 rounded-md border border-input bg-panel px-3 py-2 text-left transition-colors hover:bg-hover data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
        >
          <span className="grid gap-0.5">
            <span className="text-sm font-medium">{title}</span>
            <span className="figures text-2xs text-muted-foreground">
              {t("funding.range", { min: formatMoney(way.amountMin), max: formatMoney(way.amountMax) })}
            </span>
          </span>
          <RadioGroup.Indicator>
            <CheckIcon className="size-4 text-accent-text" aria-hidden />
          </RadioGroup.Indicator>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}

function AmountField(props: {
  readonly kind: FundingKind
  readonly overview: FundingOverview
  readonly way: FundingWayView
  readonly value: string
  readonly onValueChange: (text: string) => void
  readonly error: string | undefined
  readonly withdrawable: Decimal | undefined
}) {
  const { t } = useTranslation()
  const { kind, overview, way, withdrawable } = props
  const { currency, currencyDigits } = overview
  const leftToday = maxDecimal(0n, money(way.dayMax) - money(way.dayAmount))
  const most = withdrawable === undefined ? undefined : minDecimal(withdrawable, minDecimal(money(way.amountMax), leftToday))
  return (
    <Field
      label={t("funding.amount", { currency })}
      error={props.error}
      hint={t("funding.leftToday", { amount: formatAmount(leftToday, currencyDigits), currency })}
      aside={
        kind === "withdrawal" &&
        most !== undefined &&
        most >= money(way.amountMin) && (
          <Button
            variant="link"
            size="xs"
            className="h-4 p-0 pointer-coarse:h-6 pointer-coarse:px-0"
            onClick={() => props.onValueChange(formatDecimal(most, currencyDigits))}
          >
            {t("funding.most", { amount: formatAmount(most, currencyDigits) })}
          </Button>
        )
      }
    >
      {(control) => (
        <Input
          {...control}
          inputMode="decimal"
          autoComplete="off"
          className="figures"
          value={props.value}
          onChange={(event) => props.onValueChange(event.target.value.replace(",", "."))}
        />
      )}
    </Field>
  )
}
