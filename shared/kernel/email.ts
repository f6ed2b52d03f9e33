import * as z from 'zod'

export const LONGEST_EMAIL = 254

/** An e-mail address as people write it; addresses compare without letter case (SNS-9). */
export const EmailAddress = z
  .string()
  .trim()
  .max(LONGEST_EMAIL)
  .regex(/^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+\.[^\s@<>()[\]\\,;:".]+$/u, 'Not an e-mail address.')

/** The form in which addresses are compared and looked up. */
export function comparableEmail(address: string): string {
  return address.trim().toLowerCase()
}
