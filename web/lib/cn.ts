/** cn: class names joined, later Tailwind classes winning over earlier ones of the same kind. */
import { clsx, type ClassValue } from "clsx"
import { extendTailwindMerge } from "tailwind-merge"

const merge = extendTailwindMerge({ extend: { theme: { text: ["2xs"] } } })

export const cn = (...classes: ReadonlyArray<ClassValue>): string => merge(clsx(classes))
