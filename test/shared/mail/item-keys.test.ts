import { describe, expect, it } from 'vitest'
import { keysIn } from '../../../shared/mail/item-keys.ts'

const prefixes = new Map(Object.entries({ lead: 'LID#', contact: 'CID#', company: 'COID#', deal: 'DID#', quote: 'QID#', invoice: 'INV#', parcel: 'P-ID#' }))
const found = (text: string): string[] => keysIn(text, prefixes).map(({ item }) => `${item.type} ${item.id}`)

describe('SNS-4 keys name items', () => {
  it.each([
    ['DID#88', ['deal 88']],
    ['[DID#88]', ['deal 88']],
    ['Re: [did#88] offer', ['deal 88']],
    ['(Did#88)', ['deal 88']],
    ['DID#88, LID#48 and INV#7.', ['deal 88', 'lead 48', 'invoice 7']],
    ['COID#5CID#6', ['company 5']],
    ['DID#88 DID#88 did#088', ['deal 88']],
    ['über DID#3', ['deal 3']],
    ['#DID#3', ['deal 3']],
    ['_DID#3', ['deal 3']],
    ['P-ID#9', ['parcel 9']],
    ['DID#88th', ['deal 88']],
  ])('in %s', (text, items) => {
    expect(found(text)).toEqual(items)
  })

  it.each(['VALID#48', 'XDID#88', '1DID#88', 'éDID#88', 'e\u0301DID#88', '日DID#88', 'DID #88', 'DID# 88', 'DID#', 'DID#x88', 'DID#0', 'DID#-1', 'DID#٤٨', `DID#${'9'.repeat(16)}`, 'ID#9'])('but not in %s (SNS-1)', (text) => {
    expect(found(text)).toEqual([])
  })

  it('is quick on a text made of half keys, and finds no more than it may', () => {
    const started = performance.now()
    expect(found('DID#'.repeat(130_000))).toEqual([])
    expect(found(Array.from({ length: 5000 }, (_, n) => `DID#${n + 1}`).join(' '))).toHaveLength(50)
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('takes signs in a prefix for themselves', () => {
    expect(keysIn('a+5 aa5 a.5', new Map([['deal', 'a.']])).map(({ written }) => written)).toEqual(['a.5'])
  })
})
