/** kycFileLimits: how large a document may be. Apart from KycFile, because the thread that inspects files loads as little as it can. */

export const KYC_FILE_BYTES_MAX = 10 * 1024 * 1024
/** Nothing that shows a document is smaller. */
export const KYC_FILE_BYTES_MIN = 50
/** Enough for any camera; what decodes to more is meant to hurt. */
export const KYC_IMAGE_PIXELS_MAX = 64_000_000
export const KYC_IMAGE_SIDE_PIXELS_MAX = 16_384
/** Below this nobody can read it. */
export const KYC_IMAGE_SIDE_PIXELS_MIN = 200
export const KYC_PDF_PAGES_MAX = 50
