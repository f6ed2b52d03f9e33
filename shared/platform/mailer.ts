/**
 * The way out for mail, as the product sees it: one mail to one or a few people, and what may be sent. Domains speak to this interface;
 * `ses.ts` is the only place that knows SES.
 */

export interface Mailbox {
  readonly name: string
  readonly address: string
}

export interface OutgoingMail {
  readonly from: Mailbox
  readonly to: readonly Mailbox[]
  readonly replyTo: string
  readonly subject: string
  /** Left out when empty. */
  readonly html: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  /** Come back with every event of what becomes of it: letters, digits, `_` and `-`. */
  readonly tags: Readonly<Record<string, string>>
}

export interface Mailer {
  /**
   * Sends a mail as these bytes (`rawMailOf`), once: nothing is repeated behind the caller's back. Gives the Message-ID that the recipients see, without brackets.
   * Throws `MailRefused` when it is certain that the mail was not sent; after any other error nobody knows.
   */
  send(mail: Pick<OutgoingMail, 'to' | 'tags'>, raw: Uint8Array): Promise<string>
  /** What may be sent: mails a second, and how many more within these 24 hours (`Infinity` without a limit). */
  quota(): Promise<{ perSecond: number; left: number }>
}

/** Why a mail was certainly not sent. `mail`: this one never will be. `rate`: too fast. `paused`: nothing may be sent now. */
export class MailRefused extends Error {
  readonly because: 'mail' | 'rate' | 'paused'

  constructor(because: MailRefused['because'], detail: string) {
    super(detail)
    this.name = 'MailRefused'
    this.because = because
  }
}
