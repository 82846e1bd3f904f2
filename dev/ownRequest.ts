/** ownRequest: the headers by which a program that signs in like a person passes for a page of the site. See server/http/SameSite.ts. */
import { OWN_REQUEST, OWN_REQUEST_HEADER } from "#contract/ownRequest.ts"

export const ownRequest = (url: string): Record<string, string> => ({ origin: new URL(url).origin, [OWN_REQUEST_HEADER]: OWN_REQUEST })
