import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadItem, createItem, type Item } from '../../../shared/items/index.ts'
import { Problem } from '../../../shared/kernel/problem.ts'
import { readTemplateParts, templateIsUsable, type Content } from '../../../shared/templates/index.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aCompany, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
let company: TestCompany
let item: Item

beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  item = await as(async (ctx) => loadItem(ctx, { type: 'contact', id: Number((await createItem(ctx, { type: 'contact', values: { firstName: 'Anna', emails: [{ value: 'anna@customer.example' }] } }))['id']) }))
})
afterAll(() => store.close())

const as = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => company.as(company.administratorId, work)
const filling = (values: Record<string, unknown> = {}) => ({ item: { ...item, values: { ...item.values, ...values } }, senderId: company.administratorId, unsubscribeUrl: 'https://api.example/u' })
const fill = (content: Partial<Content>, values?: Record<string, unknown>): Promise<Content> =>
  as(async ({ workspace }) => (await readTemplateParts({ subject: '', html: '', text: '', ...content })).fill(workspace, filling(values)))
const refusal = (content: Partial<Content>, type: string | null = null): Promise<string> =>
  as(({ workspace }) => templateIsUsable(workspace, { subject: 'x', html: '', text: 'x', ...content, type })).then(() => 'taken', (error: unknown) => (error instanceof Problem ? error.code : String(error)))

describe('a template that is filled in', () => {
  it('BLK-2: lets no value write markup into HTML, whatever it holds and wherever it stands', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.constantFrom('<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='x", '{{ item.id }}', '{% raw %}', '</p><svg/onload=x>')), async (name) => {
      const { html } = await fill({ html: '<p title="{{ item.firstName }}">{{ item.firstName }}|{{ item.firstName | upcase }}|{% capture c %}{{ item.firstName }}{% endcapture %}{{ c }}|{% echo item.firstName %}</p>' }, { firstName: name })
      const inner = html.slice('<p title="'.length, -'</p>'.length)
      expect(inner.replaceAll('">', '')).not.toMatch(/[<>"']/)
    }), { numRuns: 120 })
  })

  it('BLK-2: has a subject of one line without control characters, whatever a value holds', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), async (name) => {
      const { subject } = await fill({ subject: 'Hello {{ item.firstName }}!' }, { firstName: `${name}\r\nBcc: all@customer.example` })
      // oxlint-disable-next-line no-control-regex -- none of them may be there
      expect(subject).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
      expect(subject.length).toBeLessThanOrEqual(500)
    }), { numRuns: 120 })
  })

  it('BLK-2: fills in what is there and leaves empty what is missing', async () => {
    const { text } = await fill({ text: '{{ item.firstName }}|{{ item.lastName }}|{{ item.emails[0].value }}|{{ item.emails[7].value }}|{{ item.email }}|{{ responsible.email }}|{{ item.nothing.at.all }}' })
    expect(text).toBe('Anna||anna@customer.example||anna@customer.example|admin@leadline.example|')
  })

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf'])('BLK-2: reaches own properties only, not %s', async (name) => {
    expect(await refusal({ text: `{{ item.${name} }}` })).toBe('template.invalid')
    expect(await refusal({ text: `{{ item['${name}'] }}` })).toBe('template.invalid')
    expect((await fill({ text: `[{{ item['${name}'] }}{{ item.firstName.${name} }}{{ item.emails.${name}.${name} }}]` })).text).toBe('[]')
  })

  it.each([
    ['nested loops', '{% for a in (1..1000) %}{% for b in (1..1000) %}{% for c in (1..1000) %}x{% endfor %}{% endfor %}{% endfor %}'],
    ['a range without end', '{{ (1..2000000000) | join }}'],
    ['text that doubles itself', `{% assign s = "xxxxxxxxxxxxxxxx" %}${'{% assign s = s | append: s %}'.repeat(40)}{{ s }}`],
    ['replacing that multiplies', `{% assign s = "aaaaaaaaaaaaaaaa" %}${'{% assign s = s | replace: "a", "aaaaaaaaaaaaaaaa" %}'.repeat(12)}{{ s }}`],
    ['a date padded without end', '{{ "now" | date: "%999999999Y" }}'],
    ['a list that grows', `{% assign l = "a,b,c,d" | split: "," %}${'{% assign l = l | concat: l %}'.repeat(40)}{{ l | size }}`],
    ['much output', '{% for a in (1..200000) %}xxxxxxxxxxxxxxxxxxxx{% endfor %}'],
  ])('BLK-2: ends soon and without much memory for %s, and is refused when saved', async (_what, text) => {
    const began = performance.now()
    const before = process.memoryUsage().rss
    expect(await refusal({ text })).toBe('template.invalid')
    await expect(fill({ text })).rejects.toThrow(/limit|longer|exceeded/)
    expect(performance.now() - began).toBeLessThan(4000)
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000)
  })

  it('BLK-2: is refused or filled in within its limits, whatever somebody writes', async () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('{{ item.firstName }}', '{{', '}}', '{%', '%}', '{% for i in item.emails %}', '{% endfor %}', '{% if item.x %}', '{% endif %}', '| upcase', '{{ item', '.__proto__', '{% render "x" %}', '{% include x %}', '{{ item["a"]["b"] }}', '{% assign a = item %}', '{{ a.b }}', '{% raw %}', '{% endraw %}', '{% liquid assign b = 1 %}'))
    await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      const text = pieces.join('')
      const code = await refusal({ text })
      expect(['taken', 'template.invalid', 'template.empty']).toContain(code)
      if (code === 'taken') expect(typeof (await fill({ text })).text).toBe('string')
    }), { numRuns: 120 })
  })
})

describe('the placeholders of a template', () => {
  it('BLK-2: are those of its type, or without a type those of leads, contacts and companies', async () => {
    expect(await refusal({ text: '{{ item.industry }} {{ item.firstName }} {{ item.sourceId }}' })).toBe('taken')
    expect(await refusal({ text: '{{ item.industry }}' }, 'company')).toBe('taken')
    expect(await refusal({ text: '{{ item.firstName }}' }, 'company')).toBe('template.invalid')
    expect(await refusal({ text: '{{ item.probability }}' })).toBe('template.invalid')
    expect(await refusal({ text: '{% for one in item.emails %}{{ one.value }} {{ forloop.index }}{% endfor %}{{ unsubscribeUrl }}' })).toBe('taken')
    expect(await refusal({ text: '{% for one in item.emails %}{{ one.secret }}{% endfor %}' })).toBe('template.invalid')
  })
})
