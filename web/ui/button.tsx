/** Button: every push button and icon button of the product. */
import { cva, type VariantProps } from "class-variance-authority"
import { Slot } from "radix-ui"
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"

const buttonVariants = cva(
  "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors select-none disabled:pointer-events-none disabled:opacity-45 [&_svg]:pointer-events-none [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-accent text-accent-foreground hover:bg-accent/90",
        outline: "border border-input bg-panel text-foreground hover:bg-hover",
        ghost: "text-muted-foreground hover:bg-hover hover:text-foreground aria-pressed:bg-accent-soft aria-pressed:text-accent-text",
        subtle: "bg-muted text-foreground hover:bg-hover",
        danger: "bg-sell text-side-foreground hover:bg-sell-hover",
        buy: "bg-buy text-side-foreground hover:bg-buy-hover",
        sell: "bg-sell text-side-foreground hover:bg-sell-hover",
        link: "text-accent-text underline-offset-4 hover:underline"
      },
      size: {
        xs: "h-6 px-2 text-xs pointer-coarse:h-9 pointer-coarse:px-3",
        sm: "h-7 px-2.5 text-xs pointer-coarse:h-11 pointer-coarse:px-3",
        md: "h-8 px-3 text-sm pointer-coarse:h-11",
        lg: "h-10 px-4 text-sm pointer-coarse:h-12",
        icon: "size-7 pointer-coarse:size-11",
        "icon-xs": "size-6 pointer-coarse:size-9"
      }
    },
    defaultVariants: { variant: "outline", size: "md" }
  }
)

export interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof buttonVariants> {
  /** Gives the looks to the one child, a link for instance. */
  readonly asChild?: boolean
}

export function Button({ className, variant, size, asChild = false, type = "button", ...props }: ButtonProps) {
  const classes = cn(buttonVariants({ variant, size }), className)
  if (asChild) return <Slot.Root data-slot="button" className={classes} {...props} />
  return <button data-slot="button" type={type} className={classes} {...props} />
}
