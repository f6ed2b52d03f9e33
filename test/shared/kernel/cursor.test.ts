import { describe, expect, it } from 'vitest'
import { openCursor, openSecretly, sealCursor, sealSecretly } from '../../../shared/kernel/cursor.ts'
import { problemOf } from '../../support/problems.ts'

const key = Buffer.alloc(32, 1)
const ways = [
  { name: 'a signed cursor', seal: sealCursor, open: openCursor },
  { name: 'a secret cursor', seal: sealSecretly, open: openSecretly },
] as const

describe.each(ways)('API-4: $name', ({ seal, open }) => {
  it.each(['', '7', 'deal 300', 'Zoë\n42', 'x'.repeat(200)])('leads back to its place: %j', (place) => {
    expect(open(key, 'ann deals', seal(key, 'ann deals', place))).toBe(place)
  })

  it('is refused at another list, with another key, and where anything of it was changed', async () => {
    const cursor = seal(key, 'ann deals', 'deal 300')
    const changed = Array.from(cursor, (sign, at) => `${cursor.slice(0, at)}${sign === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`)
    const attempts = [
      () => open(key, 'bob deals', cursor),
      () => open(Buffer.alloc(32, 2), 'ann deals', cursor),
      ...[...changed, '', '.', 'AAAA', cursor.slice(1), cursor.slice(0, -4), `${cursor}!`, `${cursor}AAAA`, `${cursor}.`].map((other) => () => open(key, 'ann deals', other)),
    ]
    for (const attempt of attempts) expect(await problemOf((async () => attempt())())).toMatchObject({ status: 400, code: 'cursor.invalid' })
  })
})

describe('ACC-9: a secret cursor', () => {
  it('tells neither its place, nor how long that is, nor whether two lead to the same', () => {
    const [one, other, short] = [sealSecretly(key, 'bin', 'deal 123456'), sealSecretly(key, 'bin', 'deal 123456'), sealSecretly(key, 'bin', 'lead 7')]
    for (const cursor of [one, other]) expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('123456')
    expect(one).not.toBe(other)
    expect(short).toHaveLength(one.length)
  })

  it('and a signed one are not taken for each other', async () => {
    expect((await problemOf((async () => openSecretly(key, 'bin', sealCursor(key, 'bin', '7')))())).code).toBe('cursor.invalid')
    expect((await problemOf((async () => openCursor(key, 'bin', sealSecretly(key, 'bin', '7')))())).code).toBe('cursor.invalid')
  })
})
