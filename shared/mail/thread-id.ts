import { createHash } from 'node:crypto'
import { LONGEST_MESSAGE_ID } from './limits.ts'

/** A Message-ID in the form in which threads compare it: without brackets, and a very long one by its digest. */
export function threadIdOf(messageId: string): string {
  const plain = messageId.trim().replaceAll(/^<+|>+$/g, '').trim()
  return plain.length <= LONGEST_MESSAGE_ID ? plain : `sha256:${createHash('sha256').update(plain).digest('base64url')}`
}
