import { createHmac, timingSafeEqual } from 'node:crypto'
import { Problem } from './problem.ts'

/**
 * Cursors of lists (API-4): opaque for the client and signed, so that nobody can point one elsewhere. What must not change
 * between two pages (the caller, the type, the filter) goes into `purpose`: a cursor is worth nothing to another caller or another list.
 */
export function sealCursor(key: Uint8Array, purpose: string, position: string): string {
  const body = Buffer.from(position).toString('base64url')
  return `${body}.${signature(key, purpose, body)}`
}

/** The position in a cursor. Throws 400 `cursor.invalid` for one that was made up, changed, or made for another list or caller. */
export function openCursor(key: Uint8Array, purpose: string, cursor: string): string {
  const [body = '', given = ''] = cursor.split('.')
  const expected = Buffer.from(signature(key, purpose, body))
  const found = Buffer.from(given)
  if (cursor.split('.').length !== 2 || expected.length !== found.length || !timingSafeEqual(expected, found)) {
    throw new Problem('invalid', 'cursor.invalid', 'The cursor does not belong to this list. Begin again without one.', [{ pointer: '?cursor', detail: 'It does not belong to this list.' }])
  }
  return Buffer.from(body, 'base64url').toString()
}

function signature(key: Uint8Array, purpose: string, body: string): string {
  return createHmac('sha256', key).update(`cursor\n${purpose}\n${body}`).digest('base64url').slice(0, 22)
}
