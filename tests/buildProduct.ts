/** Before the tests that start the product: once, and not in each of their processes. */
import { ensureServerBuilt } from "#dev/serverBuild.ts"
import { ensureWebBuilt } from "#dev/webBuild.ts"

export const setup = async (): Promise<void> => {
  await ensureServerBuilt()
  await ensureWebBuilt()
}
