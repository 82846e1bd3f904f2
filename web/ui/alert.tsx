/** Alert: something about the page that the reader must know now. Color, icon and words say the same. */
import { cva, type VariantProps } from "class-variance-authority"
import { CircleAlertIcon, InfoIcon, OctagonAlertIcon, TriangleAlertIcon } from "lucide-react"
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"

const alertVariants = cva("flex items-start gap-2 rounded-md px-3 py-2 text-xs [&>svg]:mt-px [&>svg]:size-3.5 [&>svg]:shrink-0", {
  variants: {
    variant: {
      info: "bg-accent-soft text-accent-text",
      warning: "bg-warning-soft text-warning",
      danger: "bg-danger-soft text-danger",
      critical: "bg-sell text-side-foreground"
    }
  },
  defaultVariants: { variant: "info" }
})
const icons = { info: InfoIcon, warning: TriangleAlertIcon, danger: CircleAlertIcon, critical: OctagonAlertIcon } as const

export function Alert({ className, variant, children, ...props }: ComponentProps<"div"> & VariantProps<typeof alertVariants>) {
  const Icon = icons[variant ?? "info"]
  return (
    <div data-slot="alert" role="alert" className={cn(alertVariants({ variant }), className)} {...props}>
      <Icon aria-hidden />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  )
}
