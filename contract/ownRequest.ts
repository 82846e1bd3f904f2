/** ownRequest: the header by which the server knows requests of its own pages. */

/** On every unsafe request of ours. A foreign page cannot send it: its browser would ask for leave first (CORS), which is never given. */
export const OWN_REQUEST_HEADER = "x-keel-request"
export const OWN_REQUEST = "1"
