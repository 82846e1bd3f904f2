/** SideBadge: buy or sell, in word and color. */
import { useTranslation } from "react-i18next"
import { Badge } from "./badge.tsx"

export function SideBadge(props: { readonly side: "buy" | "sell" }) {
  const { t } = useTranslation()
  return <Badge variant={props.side}>{t(`state.${props.side}`)}</Badge>
}
