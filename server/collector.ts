/**
 * collector: the young generation stays young. The first import of a process that serves accounts.
 *
 * The engine moves the allocations of a place in the code to the old generation when most of what was made there once survived, as it does
 * while thousands of accounts wake up, and never moves them back. From then on the leavings of each order hang from old objects that are
 * dead, but that only a full collection finds: every young collection copies them all, for 16–20 ms instead of 2–3.
 */
import { setFlagsFromString } from "node:v8"

setFlagsFromString("--no-allocation-site-pretenuring")
