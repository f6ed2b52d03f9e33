import { describe, expect, it } from 'vitest'
import { inputOf } from '../../../../infra/local/events/target-input.ts'
import type { BusEvent } from '../../../../infra/local/events/target-input.ts'

const event: BusEvent = {
  version: '0', id: 'e1', 'detail-type': 'deal.updated', source: 'leadline', account: '000000000000', time: '2026-03-01T12:00:00Z', region: 'eu-west-1', resources: ['a'],
  detail: { id: 88, title: 'Say "hi"', 'stage-id': 'WON', list: [{ n: 1 }, { n: 2 }], none: null },
}
const surroundings = { ruleArn: 'arn:rule', ruleName: 'r', receivedAt: new Date('2026-03-01T12:00:01.500Z') }
const made = (properties: Record<string, unknown>): string => inputOf(properties)(event, surroundings)
const template = (InputTemplate: string, InputPathsMap: Record<string, string> = {}): string => made({ InputTransformer: { InputTemplate, InputPathsMap } })

describe('the input of a target', () => {
  it.each([
    ['the whole event by default', made({}), JSON.stringify(event)],
    ['a constant', made({ Input: '{"a":1}' }), '{"a":1}'],
    ['a part', made({ InputPath: '$.detail.stage-id' }), '"WON"'],
    ['an element', made({ InputPath: '$.detail.list[1].n' }), '2'],
    ['a member of all elements', made({ InputPath: '$.detail.list[*].n' }), '[1,2]'],
    ['a part that is not there', made({ InputPath: '$.detail.nothing.at.all' }), 'null'],
    ['values in JSON', template('{"id": <id>, "title": <t>, "all": <d>}', { id: '$.detail.id', t: '$.detail.title', d: '$.detail.list' }), '{"id": 88, "title": "Say \\"hi\\"", "all": [{"n":1},{"n":2}]}'],
    ['text inside quotes', template('{"text": "Deal <id>: <t>"}', { id: '$.detail.id', t: '$.detail.title' }), '{"text": "Deal 88: Say \\"hi\\""}'],
    ['a template that is a string', template('"Deal <id> is \\"<s>\\""', { id: '$.detail.id', s: '$.detail.stage-id' }), '"Deal 88 is \\"WON\\""'],
    ['plain text', template('Deal <id>: <t>', { id: '$.detail.id', t: '$.detail.title' }), 'Deal 88: Say "hi"'],
    ['one value alone', template('<list>', { list: '$.detail.list' }), '[{"n":1},{"n":2}]'],
    ['what is not there', template('{"a": <a>, "b": "<a>"}', { a: '$.detail.nothing' }), '{"a": null, "b": ""}'],
    ['the rule', template('{"rule": "<aws.events.rule-name>", "arn": <aws.events.rule-arn>}'), '{"rule": "r", "arn": "arn:rule"}'],
    ['the moment of arrival', template('"<aws.events.event.ingestion-time>"'), '"2026-03-01T12:00:01.500Z"'],
  ])('can be %s', (_what, input, expected) => {
    expect(input).toBe(expected)
  })

  it('can hold the event in a template, with its detail or without', () => {
    expect(JSON.parse(template('{"e": <aws.events.event.json>}'))).toEqual({ e: event })
    expect(JSON.parse(template('{"e": <aws.events.event>}'))).not.toHaveProperty('e.detail')
  })

  it.each([
    ['a constant that is no JSON', { Input: 'x' }],
    ['a path without root', { InputPath: 'detail' }],
    ['a path with an expression', { InputPath: '$.detail[?(@.x)]' }],
  ])('cannot be %s', (_what, properties) => {
    expect(() => inputOf(properties)).toThrow(/JSON/)
  })
})
