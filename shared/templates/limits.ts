/** For filling in one part of one mail. */
export const MOST_RENDER_MILLISECONDS = 500
/** Characters and list entries that a template may make on its way, as Liquid counts them. */
export const MOST_RENDER_MEMORY = 1_000_000
/** Characters of one filled-in part. */
export const LONGEST_RENDERED = 400_000
export const MOST_PLACEHOLDERS = 500
