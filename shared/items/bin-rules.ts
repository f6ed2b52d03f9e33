/** How long a deleted item can be restored (ITM-11). */
const DAYS_IN_THE_BIN = 30

const MILLISECONDS_OF_A_DAY = 86_400_000

/** When a deleted item goes for good. */
export function purgeTime(deletedAt: string): Date {
  return new Date(Date.parse(deletedAt) + DAYS_IN_THE_BIN * MILLISECONDS_OF_A_DAY)
}

/** Whether an item lies in the recycle bin and can still come back. */
export function isInBin({ deletedAt }: { readonly deletedAt?: string }, now: Date): boolean {
  return deletedAt !== undefined && now < purgeTime(deletedAt)
}
