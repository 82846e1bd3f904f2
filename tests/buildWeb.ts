/** Before the tests that open pages: once, and not in each of their processes. */
import { ensureWebBuilt } from "#dev/webBuild.ts"

export const setup = (): Promise<void> => ensureWebBuilt()
