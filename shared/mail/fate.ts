/** What becomes of a mail that we sent, from what SES takes over to what the recipient says of it (BLK-3). A later word of these replaces an earlier one, never the other way round. */
export const FATES = ['sent', 'delivered', 'bounced', 'complained'] as const

export interface Fate {
  readonly status: (typeof FATES)[number]
  /** ISO 8601. */
  readonly at: string
  /** What the other server said, as far as it says why. */
  readonly detail?: string
}

/** Whether this is news after that. Events come twice and in any order. */
export function isNews(fate: Fate, known: Fate | undefined): boolean {
  return known === undefined || FATES.indexOf(fate.status) > FATES.indexOf(known.status)
}
