/** LazyChart: the chart, whose library is only loaded when it is shown. */
import { lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { PanelFrame } from "../../ui/panel-frame.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"

const ChartPanel = lazy(() => import("../chart/ChartPanel.tsx"))

export function LazyChart() {
  return (
    <Suspense fallback={<LoadingChart />}>
      <ChartPanel />
    </Suspense>
  )
}

function LoadingChart() {
  const { t } = useTranslation()
  return (
    <PanelFrame aria-busy aria-label={t("state.loading")} className="gap-3 p-3">
      <Skeleton className="h-6 w-64" />
      <Skeleton className="flex-1" />
    </PanelFrame>
  )
}
