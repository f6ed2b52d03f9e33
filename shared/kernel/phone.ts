/** The form in which phone numbers are compared: E.164 where the number is whole, else its digits. The library is large, so it is loaded by those who have a number at hand. */
export async function comparablePhone(written: string): Promise<string> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min')
  const digits = written.replace(/[^\d+]/g, '')
  const international = digits.startsWith('00') ? `+${digits.slice(2)}` : digits
  return parsePhoneNumberFromString(international)?.number ?? digits.replaceAll('+', '')
}
