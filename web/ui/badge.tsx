/** Badge: a word that classifies what stands beside it. */
import { cva, type VariantProps } from "class-variance-authority"
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"

const badgeVariants = cva("inline-flex h-[1.125rem] items-center gap-1 rounded-sm px-1.5 text-2xs font-semibold whitespace-nowrap", {
  variants: {
    variant: {
      neutral: "bg-muted text-muted-foreground",
      accent: "bg-accent-soft text-accent-text",
      buy: "bg-buy-soft text-up",
      sell: "bg-sell-soft text-down",
      warning: "bg-warning-soft text-warning",
      danger: "bg-danger-soft text-danger"
    }
  },
  defaultVariants: { variant: "neutral" }
})

export function Badge({ className, variant, ...props }: ComponentProps<"span"> & VariantProps<typeof badgeVariants>) {
  return <span data-slot="badge" className={cn(badgeVariants({ variant }), className)} {...props} />
}
