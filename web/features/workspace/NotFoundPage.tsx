/** NotFoundPage: an address that leads nowhere, and the way back. */
import { CompassIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { Button } from "../../ui/button.tsx"
import { Empty } from "../../ui/empty.tsx"

export default function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <Empty
      icon={<CompassIcon />}
      title={t("notFound.title")}
      description={t("notFound.hint")}
      action={
        <Button asChild variant="primary">
          <Link href="/">{t("workspace.back")}</Link>
        </Button>
      }
    />
  )
}
