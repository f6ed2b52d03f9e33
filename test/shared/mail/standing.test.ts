import { describe, expect, it } from 'vitest'
import type { Verdicts } from '../../../shared/mail/notice.ts'
import { standingOf } from '../../../shared/mail/standing.ts'
import { peopleOf, workspaceOfRows, workspaceWith } from '../../../shared/workspace/index.ts'
import { aUser } from '../../support/company.ts'
import { aDelivery, aLetter, PASSED, person } from './mails.ts'

const people = peopleOf(workspaceWith(workspaceOfRows(1, []), [aUser({ id: 'usr_sam', emails: ['Sam@leadline.example'] }), aUser({ id: 'usr_gone', emails: ['gone@leadline.example'], active: false })]))

const standing = (from: string[], verdicts: Partial<Verdicts> | null, more: Parameters<typeof aDelivery>[0] = {}) =>
  standingOf(aLetter({ from: from.map((address) => person(address)) }), aDelivery({ verdicts: verdicts && { ...PASSED, ...verdicts }, ...more }), people).as

describe('SNS-7 a mail counts as an employee\'s only with a receiving server that vouches for it', () => {
  const sam = ['sam@LEADLINE.example']
  it.each([
    ['DMARC passes', sam, {}, {}, 'employee'],
    ['DMARC passes although SPF fails, as with forwarded mail', sam, { spf: 'FAIL' }, {}, 'employee'],
    ['DMARC fails', sam, { dmarc: 'FAIL' }, {}, 'customer'],
    ['DMARC was not worked out', sam, { dmarc: 'PROCESSING_FAILED' }, {}, 'customer'],
    ['no policy, SPF of the same domain', sam, { dmarc: 'GRAY', dkim: 'GRAY' }, {}, 'employee'],
    ['no policy, SPF of a part of the domain', sam, { dmarc: 'GRAY', dkim: 'GRAY' }, { source: 'bounce@mail.leadline.example' }, 'employee'],
    ['no policy, SPF of another domain', sam, { dmarc: 'GRAY', dkim: 'GRAY' }, { source: 'x@evil.example' }, 'customer'],
    ['no policy, SPF of a domain that only ends alike', sam, { dmarc: 'GRAY', dkim: 'GRAY' }, { source: 'x@evil-leadline.example' }, 'customer'],
    ['no policy, signature of the same domain', sam, { dmarc: 'GRAY', spf: 'GRAY' }, { signedBy: ['leadline.example'] }, 'employee'],
    ['no policy, signature of another domain', sam, { dmarc: 'GRAY', spf: 'GRAY' }, { signedBy: ['evil.example'] }, 'customer'],
    ['no policy, nothing good', sam, { dmarc: 'GRAY', spf: 'GRAY', dkim: 'GRAY' }, {}, 'customer'],
    ['no policy, SPF good and the signature bad', sam, { dmarc: 'GRAY', dkim: 'FAIL' }, {}, 'customer'],
    ['no policy, signature good and SPF bad', sam, { dmarc: 'GRAY', spf: 'FAIL' }, { signedBy: ['leadline.example'] }, 'customer'],
    ['the server judged another From', sam, {}, { fromDomain: 'evil.example' }, 'customer'],
    ['the server judged a From that cannot be told', sam, {}, { fromDomain: '' }, 'customer'],
    ['the server judged this From', sam, {}, { fromDomain: 'leadline.example' }, 'employee'],
    ['two From addresses', [...sam, 'x@evil.example'], {}, {}, 'customer'],
    ['no From address', [], {}, {}, 'customer'],
    ['a user who is no longer active', ['gone@leadline.example'], {}, {}, 'customer'],
    ['somebody else', ['buyer@example.org'], {}, {}, 'customer'],
    ['spam', sam, { spam: 'FAIL' }, {}, 'quarantined'],
    ['a virus', sam, { virus: 'FAIL' }, {}, 'quarantined'],
    ['a scan that could not decide', sam, { spam: 'GRAY', virus: 'PROCESSING_FAILED' }, {}, 'employee'],
    ['a mail whose notice was lost', sam, null, {}, 'quarantined'],
  ] as const)('%s', (_, from, verdicts, more, as) => {
    expect(standing([...from], verdicts, more)).toBe(as)
  })
})
