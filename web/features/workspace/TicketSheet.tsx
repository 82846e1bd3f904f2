/** TicketSheet: the order as a sheet above the page. */
import { useTranslation } from "react-i18next"
import { Drawer } from "../../ui/drawer.tsx"
import { Ticket } from "../ticket/Ticket.tsx"

export default function TicketSheet(props: { readonly isOpen: boolean; readonly onOpenChange: (isOpen: boolean) => void }) {
  const { t } = useTranslation()
  return (
    <Drawer open={props.isOpen} onOpenChange={props.onOpenChange} title={t("workspace.openTicket")}>
      <Ticket />
    </Drawer>
  )
}
