/** What a mail says, made of its raw bytes alone: the same bytes always make the same letter. */
export interface Letter {
  /** Every address of every From header; a proper mail has one. */
  readonly from: readonly Person[]
  readonly to: readonly Person[]
  readonly cc: readonly Person[]
  /** Recipients beyond the limit, who are in the raw original only. */
  readonly omittedRecipients: number
  readonly subject: string
  /** ISO 8601, or null when the mail bears no date that can be read. */
  readonly date: string | null
  /** Without brackets. */
  readonly messageId: string | null
  /** Message-IDs that it answers to, the nearest first. */
  readonly references: readonly string[]
  /** Written by a machine: an automatic answer, a bounce, a mailing list. Such mail makes nothing new (SNS-7). */
  readonly automatic: boolean
  /** Clean plain text, made of the HTML where the mail has no other. */
  readonly text: string
  /** The part of the text that the sender wrote for this mail, without quoted history. */
  readonly ownWords: string
  /** Sanitised; null for a mail without HTML. */
  readonly html: string | null
  /** Text or HTML was longer than we keep. */
  readonly cut: boolean
  readonly attachments: readonly Attachment[]
  readonly omittedAttachments: number
}

/** `address` is empty for somebody who is named without one. */
export interface Person {
  readonly name: string
  readonly address: string
}

export interface Attachment {
  /** Safe as a file name. */
  readonly name: string
  /** Of a short list of harmless types, else `application/octet-stream`. */
  readonly contentType: string
  /** In bytes. */
  readonly size: number
  /** By which the HTML names it, without brackets. */
  readonly contentId?: string
}

export const EMPTY_LETTER: Letter = {
  from: [],
  to: [],
  cc: [],
  omittedRecipients: 0,
  subject: '',
  date: null,
  messageId: null,
  references: [],
  automatic: false,
  text: '',
  ownWords: '',
  html: null,
  cut: false,
  attachments: [],
  omittedAttachments: 0,
}
