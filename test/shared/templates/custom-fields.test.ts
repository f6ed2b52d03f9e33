import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Problem } from '../../../shared/kernel/problem.ts'
import { createTemplate, previewTemplate } from '../../../shared/templates/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aUser } from '../../support/company.ts'
import { aTypesCompany, type TypesCompany } from '../types/a-types-company.ts'

let room: TypesCompany

beforeAll(async () => {
  room = await aTypesCompany()
  await room.company.add(aUser({ id: 'usr_ada', name: 'Ada Adviser', emails: ['ada@leadline.example'] }))
  const options = [{ id: 'gold', title: 'Gold customer' }, { id: 'red', title: 'Red & hot' }]
  for (const values of [
    { code: 'level', title: 'Level', kind: 'enumeration', options },
    { code: 'tags', title: 'Tags', kind: 'enumeration', multiple: true, options },
    { code: 'budget', title: 'Budget', kind: 'money' },
    { code: 'prices', title: 'Prices', kind: 'money', multiple: true },
    { code: 'visit', title: 'Visit', kind: 'date' },
    { code: 'call', title: 'Call', kind: 'datetime' },
    { code: 'seats', title: 'Seats', kind: 'integer' },
    { code: 'agreed', title: 'Agreed', kind: 'boolean' },
    { code: 'adviser', title: 'Adviser', kind: 'employee' },
    { code: 'paper', title: 'Paper', kind: 'file' },
    { code: 'machine', title: 'Machine', kind: 'item' },
  ]) await room.addField('contact', values)
  await room.define({ code: 'machine', title: 'Machine' })
  await room.addField('machine', { code: 'serial', title: 'Serial number', kind: 'string' })
})
afterAll(() => room.store.close())

const as = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => room.company.as(room.company.administratorId, work)
const templateOf = async (text: string, type: string | null = 'contact', more: { html?: string } = {}): Promise<string> => (await as((ctx) => createTemplate(ctx, { values: { name: 'x', subject: 'x', html: '', text, type, ...more } }))).id
const refused = (text: string, type: string | null = 'contact'): Promise<string> => templateOf(text, type).then(() => 'taken', (error: unknown) => (error instanceof Problem ? `${error.code} ${error.message}` : String(error)))

async function written(text: string, fields: object, type = 'contact'): Promise<string> {
  const id = await templateOf(text, type)
  const item = Number((await room.make(type, { title: 'One', fields }))['id'])
  return (await as((ctx) => previewTemplate(ctx, { id, values: { type, id: item } }))).text
}

describe('BLK-2 fields of the company’s own in a template', () => {
  it.each([
    ['a choice by its title', '{{ item.fields.level }}', { level: 'gold' }, 'Gold customer'],
    ['a condition on a choice', '{% if item.fields.level == "Gold customer" %}Dear{% else %}Hello{% endif %}', { level: 'gold' }, 'Dear'],
    ['several choices', '{{ item.fields.tags | join: ", " }}, {{ item.fields.tags.size }}, {{ item.fields.tags[1] }}', { tags: ['gold', 'red'] }, 'Gold customer, Red & hot, 2, Red & hot'],
    ['money', '{{ item.fields.budget }}', { budget: { amount: '1200', currency: 'USD' } }, '1200.00 USD'],
    ['money in parts', '{{ item.fields.budget.currency }} {{ item.fields.budget.amount | times: 2 }}', { budget: { amount: '12.5' } }, 'EUR 25'],
    ['several amounts', '{% for price in item.fields.prices %}{{ price }}/{{ price.amount }};{% endfor %}', { prices: [{ amount: 1 }, { amount: '2.5', currency: 'USD' }] }, '1.00 EUR/1.00;2.50 USD/2.50;'],
    ['a date in the country’s order', '{{ item.fields.visit }} {{ item.fields.visit | date: "%d.%m.%Y" }}', { visit: '2026-12-01' }, '2026-12-01 01.12.2026'],
    ['a moment in UTC', '{{ item.fields.call | date: "%H:%M" }}', { call: '2026-12-01T10:00:00+01:00' }, '09:00'],
    ['numbers', '{{ item.fields.seats | plus: 1 }}', { seats: 4 }, '5'],
    ['yes and no', '{% if item.fields.agreed %}yes{% else %}no{% endif %}', { agreed: true }, 'yes'],
    ['a person by name', '{{ item.fields.adviser }}', { adviser: 'usr_ada' }, 'Ada Adviser'],
    ['nothing where nothing is', '[{{ item.fields.level }}{{ item.fields.budget }}{{ item.fields.budget.amount }}{{ item.fields.tags | join: ", " }}{{ item.fields.prices[0].amount }}{{ item.fields.adviser }}]', {}, '[]'],
    ['a whole person or item by name', '{{ sender }}|{{ item }}|{{ item.fields }}', {}, 'Administrator|One|'],
  ])('are written as people read them: %s', async (_what, text, fields, expected) => {
    expect(await written(text, fields)).toBe(expected)
  })

  it('are escaped in HTML as everything is', async () => {
    const id = await templateOf('', 'contact', { html: '<p>{{ item.fields.tags[0] }}</p>' })
    const item = Number((await room.make('contact', { title: 'One', fields: { tags: ['red'] } }))['id'])
    expect((await as((ctx) => previewTemplate(ctx, { id, values: { type: 'contact', id: item } }))).html).toBe('<p>Red &amp; hot</p>')
  })

  it.each([
    ['an unknown field', '{{ item.fields.colour }}', 'item.fields.colour'],
    ['a part that money lacks', '{{ item.fields.budget.cents }}', 'item.fields.budget.cents'],
    ['a part of a plain value', '{{ item.fields.level.title }}', 'item.fields.level.title'],
    ['a file', '{{ item.fields.paper }}', 'item.fields.paper'],
    ['a link to an item, which not everybody may see', '{{ item.fields.machine.id }}', 'item.fields.machine.id'],
    ['another type’s field', '{{ item.fields.serial }}', 'item.fields.serial'],
    ['a part of one in a list that is not there', '{{ item.fields.prices[0].cents }}', 'item.fields.prices.0.cents'],
  ])('are refused when the template is saved: %s', async (_what, text, named) => {
    expect(await refused(text)).toBe(`template.invalid /text: There is no placeholder ${named}.`)
  })

  it('are those of the smart process that the template is for', async () => {
    expect(await written('{{ item.title }}: {{ item.fields.serial }}', { serial: 'M-7' }, 'machine')).toBe('One: M-7')
    expect(await refused('{{ item.fields.level }}', 'machine')).toContain('There is no placeholder item.fields.level.')
    expect(await refused('{{ item.fields.serial }}', null)).toContain('There is no placeholder item.fields.serial.')
    expect(await refused('{{ item.fields.level }}', null)).toBe('taken')
  })
})
