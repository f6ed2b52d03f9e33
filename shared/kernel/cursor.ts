import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
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
    throw foreignCursor()
  }
  return Buffer.from(body, 'base64url').toString()
}

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Places are filled up to a multiple of this, so that the length of a cursor does not tell how many digits its number has. */
const STEP_BYTES = 64

/** A cursor that does not show its place either: for lists that go on at something that the caller may not see (ACC-9). The place holds no NUL. */
export function sealSecretly(key: Uint8Array, purpose: string, position: string): string {
  const plain = Buffer.alloc(Math.ceil((Buffer.byteLength(position) + 1) / STEP_BYTES) * STEP_BYTES)
  plain.write(position)
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, secretKey(key), nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(purpose))
  const hidden = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url')
}

/** The position in such a cursor. Throws 400 `cursor.invalid` as `openCursor` does. */
export function openSecretly(key: Uint8Array, purpose: string, cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url')
  const [nonce, tag, hidden] = [bytes.subarray(0, NONCE_BYTES), bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES), bytes.subarray(NONCE_BYTES + TAG_BYTES)]
  // Decoding passes over what is not base64, which was not sealed.
  if (hidden.length === 0 || bytes.toString('base64url') !== cursor) throw foreignCursor()
  const decipher = createDecipheriv(CIPHER, secretKey(key), nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(purpose)).setAuthTag(tag)
  const plain = decipher.update(hidden)
  try {
    decipher.final()
  } catch {
    // It says no more than that the tag does not belong to the rest.
    throw foreignCursor()
  }
  return plain.subarray(0, plain.indexOf(0)).toString()
}

/** Signing and hiding each have a key of their own. */
function secretKey(key: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', 'secret cursor', 32))
}

function foreignCursor(): Problem {
  return new Problem('invalid', 'cursor.invalid', 'The cursor does not belong to this list. Begin again without one.', [{ pointer: '?cursor', detail: 'It does not belong to this list.' }])
}

function signature(key: Uint8Array, purpose: string, body: string): string {
  return createHmac('sha256', key).update(`cursor\n${purpose}\n${body}`).digest('base64url').slice(0, 22)
}
