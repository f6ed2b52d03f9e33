import { describe, expect, it } from 'vitest'
import { noValue, resolve, resolveCondition } from '../../../infra/local/intrinsics.ts'
import type { Scope } from '../../../infra/local/intrinsics.ts'

const scope: Scope = {
  ref: (name) => (name === 'AWS::NoValue' ? noValue : `ref(${name})`),
  attribute: (logicalId, attribute) => `${logicalId}:${attribute}`,
  condition: (name) => name === 'Holds',
  imported: (name) => `imported(${name})`,
  mapping: (map, first, second) => `${map}/${first}/${second}`,
}

describe('intrinsic functions of a template', () => {
  it.each<[string, unknown, unknown]>([
    ['a reference', { Ref: 'Queue' }, 'ref(Queue)'],
    ['an attribute as a list', { 'Fn::GetAtt': ['Table', 'StreamArn'] }, 'Table:StreamArn'],
    ['an attribute with a dot as text', { 'Fn::GetAtt': 'Nested.Outputs.Name' }, 'Nested:Outputs.Name'],
    ['a join of parts', { 'Fn::Join': ['/', ['a', { Ref: 'B' }, 3]] }, 'a/ref(B)/3'],
    ['a choice', { 'Fn::Select': [1, { 'Fn::Split': [',', 'a,b,c'] }] }, 'b'],
    ['a condition that holds', { 'Fn::If': ['Holds', { Ref: 'Yes' }, 'no'] }, 'ref(Yes)'],
    ['a condition that does not', { 'Fn::If': ['Fails', { Ref: 'Yes' }, 'no'] }, 'no'],
    ['an import', { 'Fn::ImportValue': { 'Fn::Join': [':', ['data', 'Table']] } }, 'imported(data:Table)'],
    ['a mapping', { 'Fn::FindInMap': ['Map', { Ref: 'Region' }, 'x'] }, 'Map/ref(Region)/x'],
    ['a substitution', { 'Fn::Sub': 'arn:${AWS::Region}:${Table.Arn}:${!kept}' }, 'arn:ref(AWS::Region):Table:Arn:${kept}'],
    ['a substitution with its own names', { 'Fn::Sub': ['${One}-${Two}', { One: { Ref: 'A' } }] }, 'ref(A)-ref(Two)'],
  ])('resolve %s', (_what, value, expected) => {
    expect(resolve(value, scope)).toBe(expected)
  })

  it('make a property vanish that has no value', () => {
    const value = { Name: { Ref: 'AWS::NoValue' }, List: [{ Ref: 'AWS::NoValue' }, 1], Kept: true }
    expect(resolve(value, scope)).toEqual({ List: [1], Kept: true })
  })

  it('leave the conditions of a policy statement alone', () => {
    const statement = { Effect: 'Allow', Condition: { StringEquals: { 'aws:SourceArn': { Ref: 'Topic' } } } }
    expect(resolve(statement, scope)).toEqual({ Effect: 'Allow', Condition: { StringEquals: { 'aws:SourceArn': 'ref(Topic)' } } })
  })

  it('decide conditions', () => {
    const both = { 'Fn::And': [{ Condition: 'Holds' }, { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'A' }, 'b'] }] }] }
    expect(resolveCondition(both, scope)).toBe(true)
    expect(resolveCondition({ 'Fn::Or': [{ Condition: 'Fails' }, { 'Fn::Equals': ['a', 'b'] }] }, scope)).toBe(false)
  })

  it('stop at one that the host does not know, by name', () => {
    expect(() => resolve({ Deep: [{ 'Fn::Transform': { Name: 'AWS::Include' } }] }, scope)).toThrow('Fn::Transform')
  })
})
