/** scattered: a delay between two, so that pages to which the same happened do not all ask at once. */
export const scattered = (millisMin: number, millisMax: number): number => millisMin + Math.random() * (millisMax - millisMin)
