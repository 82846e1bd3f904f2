/** ErrorBoundary: keeps a broken part from taking the page with it, and offers the way out. */
import { CircleAlertIcon } from "lucide-react"
import { Component, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Button } from "./button.tsx"
import { Empty } from "./empty.tsx"

interface Props {
  readonly children: ReactNode
}

export class ErrorBoundary extends Component<Props, { readonly isBroken: boolean }> {
  override state = { isBroken: false }

  static getDerivedStateFromError() {
    return { isBroken: true }
  }

  override render() {
    return this.state.isBroken ? <Broken onRetry={() => this.setState({ isBroken: false })} /> : this.props.children
  }
}

function Broken(props: { readonly onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <Empty
      icon={<CircleAlertIcon />}
      title={t("state.broken")}
      description={t("state.brokenHint")}
      action={
        <div className="flex gap-2">
          <Button size="sm" onClick={props.onRetry}>
            {t("action.retry")}
          </Button>
          <Button size="sm" onClick={() => window.location.reload()}>
            {t("action.reload")}
          </Button>
        </div>
      }
    />
  )
}
