import { describe, expect, it } from 'vitest'
import { parseStorable } from '../../../shared/kernel/json.ts'

const read = (text: string): unknown => parseStorable(text, () => new Error('no such field'))

describe('JSON that can be stored', () => {
  it('is read as it stands', () => {
    expect(read('{"a":["\\ud83d\\ude00",1,null],"constructor":"b"}')).toEqual({ a: ['😀', 1, null], constructor: 'b' })
  })

  it.each(['"\\ud83d"', '{"a":["x\\ude00"]}', '{"\\ud83d":1}'])('holds no half of a character: %s', (text) => {
    expect(() => read(text)).toThrow(new SyntaxError('It holds half a character.'))
  })

  it.each(['{"__proto__":{"a":1}}', '{"fields":[{"__proto__":null}]}'])('has no field that would vanish: %s', (text) => {
    expect(() => read(text)).toThrow('no such field')
  })
})
