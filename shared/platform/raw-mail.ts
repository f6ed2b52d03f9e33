import type { OutgoingMail } from './mailer.ts'

/** A mail as the bytes that go out. The library that writes them is loaded with the first mail. */
export async function rawMailOf({ from, to, replyTo, subject, html, text, headers }: OutgoingMail): Promise<Uint8Array> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const mail = new MailComposer({
    from: { ...from },
    to: to.map((one) => ({ ...one })),
    replyTo,
    subject,
    headers: { ...headers },
    ...(text === '' ? {} : { text }),
    ...(html === '' ? {} : { html }),
    // A name in the mail must never make the sender's machine read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return mail.compile().build()
}
