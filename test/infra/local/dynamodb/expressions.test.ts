import { expect, it } from 'vitest'
import { meets, project } from '../../../../infra/local/dynamodb/evaluate.ts'
import { readCondition, readProjection } from '../../../../infra/local/dynamodb/expression.ts'
import { compareValues, equalValues } from '../../../../infra/local/dynamodb/values.ts'

const deal = {
  title: { S: 'Roof, 12 panels' },
  amount: { N: '1200.50' },
  tags: { SS: ['hot', 'solar'] },
  phones: { L: [{ M: { kind: { S: 'work' }, value: { S: '+371' } } }, { M: { kind: { S: 'home' }, value: { S: '+372' } } }] },
  opened: { BOOL: true },
  photo: { B: Buffer.from('abc').toString('base64') },
}
const names = { '#t': 'title', '#p': 'phones' }
const values = {
  ':roof': { S: 'Roof' }, ':hot': { S: 'hot' }, ':low': { N: '1000' }, ':high': { N: '2e3' }, ':same': { N: '1200.5' }, ':yes': { BOOL: true }, ':ab': { B: 'YWI=' },
  ':string': { S: 'S' }, ':home': { S: 'home' }, ':two': { N: '2' }, ':phone': { M: { value: { S: '+371' }, kind: { S: 'work' } } },
}

it.each([
  ['begins_with(#t, :roof)', true],
  ['begins_with(photo, :ab)', true],
  ['contains(tags, :hot) AND NOT contains(tags, :home)', true],
  ['contains(#p, :phone)', true],
  ['contains(#t, :hot) or amount between :low and :high', true],
  ['amount = :same', true],
  ['amount IN (:low, :same)', true],
  ['amount > :roof', false],
  ['missing <> :low', true],
  ['missing = :low', false],
  ['attribute_exists(#p[1].kind) AND attribute_not_exists(#p[2])', true],
  ['attribute_type(#t, :string)', true],
  ['size(#p) = :two AND size(tags) >= :two', true],
  ['(#p[0].kind = :home OR opened = :yes) AND amount < :high', true],
  ['#p[0].kind = :home OR opened = :yes AND amount < :low', false],
])('%s is %s', (text, expected) => {
  const condition = readCondition(text)?.condition
  expect(condition && meets(condition, deal, { names, values })).toBe(expected)
})

it.each(['amount >', 'AND a = :b', 'a = :b)', 'a = :b OR', 'a ~ :b', 'contains(a, :b', ''])('%s is left to the engine to refuse', (text) => {
  expect(readCondition(text)).toBeUndefined()
})

it('a projection keeps the paths with their surroundings', () => {
  const paths = readProjection('#t, #p[1].kind, missing.part') ?? []
  expect(project(deal, paths, names)).toEqual({ title: deal.title, phones: { L: [{ M: { kind: { S: 'home' } } }] } })
})

it('numbers are equal by value and ordered by it, sets are equal without order', () => {
  expect(equalValues({ N: '1.0' }, { N: '1e0' })).toBe(true)
  expect(equalValues({ N: '100' }, { N: '1E+2' })).toBe(true)
  expect(equalValues({ N: '-0.10' }, { N: '-0.1' })).toBe(true)
  expect(equalValues({ N: '12345678901234567890123456789012345678' }, { N: '12345678901234567890123456789012345679' })).toBe(false)
  expect(equalValues({ NS: ['2', '1.0'] }, { NS: ['1', '2.00'] })).toBe(true)
  expect(equalValues({ L: [{ S: 'a' }, { S: 'b' }] }, { L: [{ S: 'b' }, { S: 'a' }] })).toBe(false)
  expect(compareValues({ N: '9' }, { N: '10' })).toBeLessThan(0)
  expect(compareValues({ S: '9' }, { S: '10' })).toBeGreaterThan(0)
  expect(compareValues({ S: '9' }, { N: '10' })).toBeUndefined()
})
