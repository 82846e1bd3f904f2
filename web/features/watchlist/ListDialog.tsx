/** ListDialog: a list of one's own gets its name, another one, or is deleted. */
import { type SubmitEvent, useState } from "react"
import { useTranslation } from "react-i18next"
import { write } from "../../state/store.ts"
import { addList, LIST_NAME_LENGTH_MAX, type OwnList, removeList, renameList } from "../../state/watchlist.ts"
import { Button } from "../../ui/button.tsx"
import { Dialog, DialogContent, DialogFooter, DialogHeader } from "../../ui/dialog.tsx"
import { Field } from "../../ui/field.tsx"
import { Input } from "../../ui/input.tsx"

export type ListTask = { readonly kind: "create" } | { readonly kind: "rename" | "remove"; readonly list: OwnList }

export default function ListDialog(props: { readonly task: ListTask; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const { onClose, task } = props
  const [name, setName] = useState(task.kind === "create" ? "" : task.list.name)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (task.kind === "create") write(addList, name.trim())
    else if (task.kind === "rename") write(renameList, task.list.listId, name.trim())
    else write(removeList, task.list.listId)
    onClose()
  }
  const title = t(`watchlist.${task.kind}`)
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogContent className="max-w-sm">
        <form onSubmit={submit} className="grid gap-4">
          {task.kind === "remove" ? (
            <DialogHeader title={title} description={t("watchlist.removeHint", { name: task.list.name })} />
          ) : (
            <>
              <DialogHeader title={title} />
              <Field label={t("watchlist.listName")}>
                {(control) => (
                  <Input
                    {...control}
                    value={name}
                    maxLength={LIST_NAME_LENGTH_MAX}
                    autoComplete="off"
                    onChange={(event) => setName(event.target.value)}
                  />
                )}
              </Field>
            </>
          )}
          <DialogFooter>
            <Button type="submit" variant={task.kind === "remove" ? "danger" : "primary"} disabled={name.trim() === ""}>
              {title}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  )
}
