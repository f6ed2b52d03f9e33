import { derived, type Workspace } from './workspace.ts'

interface SigningEntry {
  readonly id: string
  /** 32 random bytes in base64. */
  readonly secret: string
  readonly madeAt: string
}

/** All keys, the newest first: what was sealed with an older one, such as an address to reply to, stays good. */
export const signingKeysOf = derived((workspace: Workspace): readonly Uint8Array[] =>
  [...workspace.entries<SigningEntry>('SIGNING')].toSorted((a, b) => (a.madeAt < b.madeAt ? 1 : -1)).map(({ secret }) => Buffer.from(secret, 'base64')),
)

/** The newest key that seals cursors, links and reply addresses. Keys are made when the company is founded. */
export const signingKeyOf = derived((workspace: Workspace): Uint8Array => {
  const [newest] = signingKeysOf(workspace)
  if (!newest) throw new Error('The workspace has no signing key.')
  return newest
})
