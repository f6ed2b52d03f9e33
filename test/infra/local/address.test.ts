import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { addressOf } from '../../../infra/local/address.ts'

const addressFor = (url: string): ReturnType<typeof addressOf> => addressOf({ url } as IncomingMessage)

it.each([
  '/', '/v1/items/deal?stageId=NEW&limit=50', '/ws/@connections/L0SM9cOFvHcCIhw%3D', '/bucket/a%20b/c.txt?X-Amz-Credential=a%2Fb', '/a/./b/../c', '/.well-known/x', '/a//b', '//', '/?a=1&a=2',
  '/%E4%BD%A0', '/a b', '/a#b?c=d', '/a?b#c', "/it's", '/ä', '/a?b?c=d', '/a%2fb/', '/..', '/a/.%2e/b',
])('the address %s is read as a web address is', (url) => {
  const { pathname, searchParams } = new URL(`http://host${url}`)
  const found = addressFor(url)
  expect([found?.path, [...(found?.query ?? [])]]).toEqual([pathname, [...searchParams]])
})

it.each(['/%ff', '/a%', '/%zz/b'])('the address %s cannot be read', (url) => {
  expect(addressFor(url)).toBeUndefined()
})

it('what is no path at all counts as the root', () => {
  expect(addressFor('*')?.path).toBe('/')
})
