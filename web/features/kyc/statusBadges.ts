/** statusBadges: the color of each status. */
import type { KycStatus } from "#domain/kycStatus.ts"

export const STATUS_BADGES: Readonly<Record<KycStatus, "neutral" | "accent" | "buy" | "warning" | "danger">> = {
  notStarted: "neutral",
  pending: "accent",
  approved: "buy",
  rejected: "danger",
  expired: "warning"
}
