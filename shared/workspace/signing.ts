import { derived, type Workspace } from './workspace.ts'

interface SigningEntry {
  readonly id: string
  /** 32 random bytes in base64. */
  readonly secret: string
  readonly madeAt: string
}

/** The newest key that seals cursors, links and reply addresses. Keys are made when the company is founded. */
export const signingKeyOf = derived((workspace: Workspace): Uint8Array => {
  const newest = [...workspace.entries<SigningEntry>('SIGNING')].toSorted((a, b) => (a.madeAt < b.madeAt ? 1 : -1))[0]
  if (!newest) throw new Error('The workspace has no signing key.')
  return Buffer.from(newest.secret, 'base64')
})
