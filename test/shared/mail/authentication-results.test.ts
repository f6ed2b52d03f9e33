import { describe, expect, it } from 'vitest'
import { authenticationIn } from '../../../shared/mail/authentication-results.ts'

const SPF = 'spf=pass (spfCheck: domain of _spf.mailer.example designates 203.0.113.7 as permitted sender) client-ip=203.0.113.7; envelope-from=sam@corp.example; helo=out.mailer.example;'

/** A header field as SES writes it: each finding on a line of its own. */
const field = (...lines: string[]): string => `Authentication-Results: amazonses.com;${lines.map((line) => `\r\n ${line}`).join('')}\r\n`

describe('SNS-7 what SES says of a sender', () => {
  it.each([
    ['one signature', [SPF, 'dkim=pass header.i=@corp.example;', 'dmarc=pass header.from=corp.example;'], ['corp.example'], 'corp.example'],
    ['two signatures', [SPF, 'dkim=pass header.i=@Corp.example;', 'dkim=pass header.i=@mailer.example;', 'dmarc=none header.from=corp.example;'], ['corp.example', 'mailer.example'], 'corp.example'],
    ['a signature for one address', [SPF, 'dkim=pass header.i=sam.seller+x@corp.example;'], ['corp.example'], undefined],
    ['a signature that is not good', [SPF, 'dkim=fail header.i=@corp.example;', 'dmarc=fail (p=reject) header.from=corp.example;'], [], 'corp.example'],
    ['no signature', [SPF, 'dkim=none;', 'dmarc=none header.from=corp.example;'], [], 'corp.example'],
    ['a domain whose policy cannot be read', [SPF, 'dkim=pass header.i=@corp.example;', 'dmarc=permerror;'], ['corp.example'], undefined],
    ['no semicolon at the end', [SPF, 'dkim=pass header.i=@corp.example'], ['corp.example'], undefined],
    ['comments', [SPF, 'dkim=pass (good (very) \\) signature; dkim=x) header.i=@corp.example;'], ['corp.example'], undefined],
  ] as const)('is read: %s', (_, lines, signedBy, fromDomain) => {
    expect(authenticationIn(field(...lines))).toEqual({ signedBy, fromDomain })
  })

  it.each([
    ['a sign that no domain has', 'dkim=pass header.i=@corp.example_x.evil.example;'],
    ['a quoted name that looks like an address', 'dkim=pass header.i="x@corp.example"@evil.example;'],
    ['two @', 'dkim=pass header.i=x@corp.example@evil.example;'],
    ['a name with a space', 'dkim=pass header.i=x@corp.example @evil.example;'],
    ['an escaped quote', 'dkim=pass header.i="\\"@corp.example;'],
    ['a quote that does not end', 'dkim=pass header.i="@corp.example;'],
    ['a comment that does not end', 'dkim=pass header.i=@corp.example (;'],
    ['a domain that goes on after a comment', 'dkim=pass header.i=@corp.example(x)_.evil.example;'],
    ['a domain that ends in a dash', 'dkim=pass header.i=@corp.example-;'],
    ['a semicolon within the name', 'dkim=pass header.i=x; dkim=pass header.i=@corp.example;@evil.example;'],
    ['another finding behind it', 'dkim=pass header.i=@corp.example header.i=@evil.example;'],
    ['words before it', 'x dkim=pass header.i=@corp.example;'],
    ['the envelope, in quotes', 'spf=pass client-ip=203.0.113.7; envelope-from="a dkim=pass header.i=@corp.example"@evil.example; helo=x;'],
    ['the envelope, with semicolons in quotes', 'spf=pass client-ip=203.0.113.7; envelope-from="a; dkim=pass header.i=@corp.example; b"@evil.example; helo=x;'],
    ['the envelope, with lines in quotes', 'spf=pass client-ip=203.0.113.7; envelope-from="a;\r\n dkim=pass header.i=@corp.example;\r\n b"@evil.example; helo=x;'],
    ['the envelope, should its quotes be left out', 'spf=pass client-ip=203.0.113.7; envelope-from=a; dkim=pass header.i=@corp.example; b@evil.example; helo=x;'],
    ['the greeting', 'spf=pass client-ip=203.0.113.7; envelope-from=a@evil.example; helo=x;dkim=pass header.i=@corp.example;'],
    ['a comment', 'spf=pass (;\r\n dkim=pass header.i=@corp.example;\r\n) client-ip=203.0.113.7;'],
  ])('names nobody who has not signed: %s', (_, line) => {
    expect(authenticationIn(field(line)).signedBy).not.toContain('corp.example')
    expect(authenticationIn(field(line, 'dmarc=none header.from=evil.example;')).signedBy).not.toContain('corp.example')
  })

  it.each([
    ['a sign that no domain has', ['dmarc=pass header.from=corp.example_x.evil.example;']],
    ['quotes', ['dmarc=pass header.from="corp.example;"evil.example;']],
    ['a comment', ['dmarc=pass header.from=corp.example(x)_x.evil.example;']],
    ['nothing', ['dmarc=pass header.from=;']],
    ['the envelope', ['spf=pass client-ip=203.0.113.7; envelope-from="dmarc=pass header.from=corp.example"@evil.example; helo=x;', 'dmarc=pass header.from=evil.example;']],
    ['a greeting that swallows the rest', ['spf=pass client-ip=203.0.113.7; envelope-from=a@evil.example; helo="x;', 'dmarc=pass header.from=evil.example;']],
    ['two findings', ['dmarc=pass header.from=corp.example;', 'dmarc=pass header.from=evil.example;']],
  ])('leaves the From that was judged open, so that it is nobody\'s: %s', (_, lines) => {
    expect(authenticationIn(field(...lines)).fromDomain).toBe('')
  })
})
