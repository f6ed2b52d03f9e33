import { headerValue } from './mail-headers.ts'
import type { MailHeader } from './mail-headers.ts'

const statuses = ['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED', 'DISABLED'] as const
export type VerdictStatus = (typeof statuses)[number]

const policies = ['none', 'quarantine', 'reject'] as const

export interface Verdicts {
  readonly spam: VerdictStatus
  readonly virus: VerdictStatus
  readonly spf: VerdictStatus
  readonly dkim: VerdictStatus
  readonly dmarc: VerdictStatus
  /** What the sender's domain asks for when DMARC fails. */
  readonly dmarcPolicy: (typeof policies)[number]
  /** The domain of the DKIM signature; undefined: that of the sender. */
  readonly dkimDomain: string | undefined
}

/**
 * Locally there is nothing to check a mail by, so every verdict is PASS unless the mail asks for another in a header, for tests:
 * `X-Local-Verdict: spf=FAIL, dmarc=FAIL, policy=quarantine, dkim-domain=other.example`.
 */
export function verdictsOf(headers: readonly MailHeader[]): Verdicts {
  const asked = new Map<string, string>()
  for (const part of (headerValue(headers, 'x-local-verdict') ?? '').split(',')) {
    const [name = '', value = ''] = part.split('=', 2)
    asked.set(name.trim().toLowerCase(), value.trim())
  }
  const status = (name: string): VerdictStatus => statuses.find((one) => one === asked.get(name)?.toUpperCase()) ?? 'PASS'
  return {
    spam: status('spam'),
    virus: status('virus'),
    spf: status('spf'),
    dkim: status('dkim'),
    dmarc: status('dmarc'),
    dmarcPolicy: policies.find((one) => one === asked.get('policy')?.toLowerCase()) ?? 'reject',
    dkimDomain: asked.get('dkim-domain'),
  }
}
