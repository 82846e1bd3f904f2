/** LazyPanels: the panels of the workspace whose libraries are large, loaded behind prices and order, each in its final size. */
import { type ComponentType, lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { PanelFrame } from "../../ui/panel-frame.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"

const ChartPanel = lazy(() => import("../chart/ChartPanel.tsx"))
const TradingTabs = lazy(() => import("./TradingTabs.tsx"))

export function LazyPanel(props: { readonly panel: ComponentType }) {
  return (
    <Suspense fallback={<LoadingPanel />}>
      <props.panel />
    </Suspense>
  )
}

export function LazyChart() {
  return <LazyPanel panel={ChartPanel} />
}

export function LazyTradingTabs() {
  return <LazyPanel panel={TradingTabs} />
}

function LoadingPanel() {
  const { t } = useTranslation()
  return (
    <PanelFrame aria-busy aria-label={t("state.loading")} className="gap-3 p-3">
      <Skeleton className="h-6 w-64" />
      <Skeleton className="flex-1" />
    </PanelFrame>
  )
}
