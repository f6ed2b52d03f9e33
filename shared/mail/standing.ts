import { comparableEmail } from '../kernel/email.ts'
import type { People } from '../workspace/index.ts'
import type { Letter } from './letter.ts'
import type { Delivery, Verdicts } from './notice.ts'

/** As whose a mail counts (SNS-7). */
export type Standing =
  | { readonly as: 'employee'; readonly userId: string }
  | { readonly as: 'customer' }
  | { readonly as: 'quarantined'; readonly reason: 'spam' | 'virus' | 'no_notice' }

/**
 * A mail counts as an employee's only if its one From address is that of an active user and the receiving server vouches for the address's
 * domain: by DMARC, or where the domain has no DMARC policy by a good SPF or DKIM of that domain and none that failed. All else is a customer's.
 */
export function standingOf(letter: Letter, delivery: Delivery, people: People): Standing {
  const { verdicts } = delivery
  if (!verdicts) return { as: 'quarantined', reason: 'no_notice' }
  if (verdicts.virus === 'FAIL') return { as: 'quarantined', reason: 'virus' }
  if (verdicts.spam === 'FAIL') return { as: 'quarantined', reason: 'spam' }
  const [sender, ...others] = letter.from
  const user = sender && people.userByEmail.get(comparableEmail(sender.address))
  if (!user?.active || others.length > 0) return { as: 'customer' }
  return vouchedFor(domainOf(sender?.address ?? ''), delivery, verdicts) ? { as: 'employee', userId: user.id } : { as: 'customer' }
}

function vouchedFor(domain: string, { source, signedBy, fromDomain }: Delivery, verdicts: Verdicts): boolean {
  // SES judged another From than the one we read: then its verdict says nothing about ours.
  if (fromDomain !== undefined && !aligned(fromDomain, domain)) return false
  if (verdicts.dmarc === 'PASS') return true
  if (verdicts.dmarc !== 'GRAY' || verdicts.spf === 'FAIL' || verdicts.dkim === 'FAIL') return false
  const bySpf = verdicts.spf === 'PASS' && aligned(domainOf(source), domain)
  const byDkim = verdicts.dkim === 'PASS' && signedBy.some((signer) => aligned(signer, domain))
  return bySpf || byDkim
}

/** The same domain, or one within the other (DMARC's relaxed alignment, without the need for a list of public suffixes). */
function aligned(a: string, b: string): boolean {
  return a === b || (a.includes('.') && b.endsWith(`.${a}`)) || (b.includes('.') && a.endsWith(`.${b}`))
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).trim().toLowerCase()
}
