/** uploadOrigin: where browsers send documents; the web app's policy has to allow it. */
import type { Configuration } from "#server/settings.ts"

/** Undefined where nobody sends any. */
export const uploadOrigin = (
  config: Pick<Configuration, "kycEnabled" | "s3Bucket" | "s3Endpoint" | "s3ForcePathStyle" | "s3PublicEndpoint">
): string | undefined => {
  const endpoint = config.s3PublicEndpoint || config.s3Endpoint
  if (!config.kycEnabled || endpoint === "") return undefined
  return config.s3ForcePathStyle ? endpoint : endpoint.replace("://", `://${config.s3Bucket}.`)
}
