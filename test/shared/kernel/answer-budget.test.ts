import { describe, expect, it } from 'vitest'
import { answerBytes, createAnswerBudget, withinAnswer } from '../../../shared/kernel/answer-budget.ts'

describe('API-5: the bytes of an answer', () => {
  it.each([
    ['plain text', 'Fence repair'],
    ['quotes', '"'.repeat(50)],
    ['backslashes', '\\"\\'],
    ['control characters', '\u0001\u0000\n\t\u007f'],
    ['other scripts', '合同 Ēriks 🎉'],
    ['half a character', '\ud83d'],
    ['line separators', '\u2028\u2029'],
    ['an item', { id: 5, title: 'x"y', fields: { note: ['a\nb', null, true, 1.5] }, left: undefined }],
    ['nothing', null],
  ])('are counted as they go over the wire, JSON within JSON: %s', (_name, value) => {
    expect(answerBytes(value)).toBe(Buffer.byteLength(JSON.stringify(JSON.stringify(value))) - 2)
  })
})

describe('API-5: a page that would not fit into one answer', () => {
  const entry = { text: 'x'.repeat(88) }

  it('ends with the last entry that fits', () => {
    expect(answerBytes(entry)).toBe(103)
    expect(withinAnswer([entry, entry, entry], 208)).toHaveLength(2)
    expect(withinAnswer([entry, entry, entry], 207)).toHaveLength(1)
    expect(withinAnswer([entry, entry], 1000)).toHaveLength(2)
    expect(withinAnswer([], 1000)).toEqual([])
  })

  it('has one entry at least', () => expect(withinAnswer([entry, entry], 10)).toEqual([entry]))

  it('takes nothing more after the first that did not fit, so that no entry is left out in between', () => {
    const budget = createAnswerBudget(250)
    expect([entry, { text: 'x'.repeat(300) }, 'small'].map((one) => budget.takes(one))).toEqual([true, false, false])
  })
})
