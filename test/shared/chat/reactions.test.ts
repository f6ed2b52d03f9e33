import { expect, it } from 'vitest'
import { ReactionParam } from '../../../shared/chat/index.ts'

const isSign = (sign: string): boolean => ReactionParam.safeParse({ id: 'cht_deal-1-0123456789abcdef', number: '1', sign }).success

it('API-5: a reaction is any short sign that can be kept under its own name', () => {
  for (const sign of ['👍', '+1', 'ok', '❤️', 'constructor']) expect([sign, isSign(sign)]).toEqual([sign, true])
  for (const sign of ['', '#', 'a b', '__proto__', 'x'.repeat(17)]) expect([sign, isSign(sign)]).toEqual([sign, false])
})
