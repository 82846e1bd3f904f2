/** What the server's process ends with when it cannot go on. */

/** sysexits.h EX_CONFIG: the configuration is wrong; starting again without a change cannot help. */
export const CONFIGURATION_EXIT_CODE = 78
