import { describe, expect, it } from 'vitest'
import { answerOf } from '../../../shared/edge/answer.ts'

describe('API-1: an answer', () => {
  it.each([
    ['JSON', { status: 200 } as const, { id: 1 }],
    ['a page', { status: 200, produces: 'text/html' } as const, '<p>x</p>'],
    ['a way to a file', { status: 302 } as const, { location: 'https://files.example/x' }],
  ])('is not to be guessed at by browsers, nor kept: %s', (_name, route, result) => {
    expect(answerOf(route, result).headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
  })

  it('that leads elsewhere names the place and holds nothing', () => {
    expect(answerOf({ status: 302 }, { location: 'https://files.example/x' })).toEqual({ statusCode: 302, headers: expect.objectContaining({ location: 'https://files.example/x' }) })
  })
})
