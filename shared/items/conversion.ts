import * as z from 'zod'
import type { CustomKind, TypeDefinition } from '../types/index.ts'
import { isActive, peopleOf, type Workspace } from '../workspace/index.ts'
import { customValues } from './custom-fields.ts'
import { customValueSchema } from './custom-values.ts'
import type { Item } from './item.ts'
import { linkedIds, linkFieldsOf, withLinkedIds } from './link-fields.ts'

/** What a lead can become (ITM-8), in the order in which they are made. */
export const TARGETS = ['company', 'contact', 'deal'] as const
export type Target = (typeof TARGETS)[number]

const Wanted = z.union([z.boolean(), z.record(z.string(), z.unknown())]).optional()

/** `true` and fields ask for it; `false` and nothing do not. */
export function isWanted(wanted: z.output<typeof Wanted>): boolean {
  return wanted !== undefined && wanted !== false
}

/** `true` takes everything from the lead; fields are laid over what is taken from it. */
export const Conversion = z.strictObject({ contact: Wanted, company: Wanted, deal: Wanted }).refine((wanted) => TARGETS.some((target) => isWanted(wanted[target])), 'Name at least one of contact, company and deal.')
export type Conversion = z.output<typeof Conversion>

export const ConversionView = z.object({ contactId: z.number().nullable(), companyId: z.number().nullable(), dealId: z.number().nullable() })

export const idField = { contact: 'contactId', company: 'companyId', deal: 'dealId' } as const satisfies Record<Target, string>

/** The item of a kind that a lead was converted to before. */
export function convertedTo(lead: Item, target: Target): number | undefined {
  const id = lead.values[idField[target]]
  return typeof id === 'number' ? id : undefined
}

const PERSON = ['firstName', 'middleName', 'lastName', 'companyTitle', 'post', 'phones', 'emails', 'sourceId']

/**
 * What a lead hands on: to the contact its names, post, addresses and source; to the company its name, and the addresses where no contact has them; to the deal title,
 * currency and, unless it is given product rows, amount. All of them get its responsible person and whether it is opened.
 */
export function handedOn(workspace: Workspace, lead: Item, target: Target, { withContact, withRows }: { withContact: boolean; withRows: boolean }): Record<string, unknown> {
  const take = (...names: string[]): Record<string, unknown> => Object.fromEntries(names.filter((name) => lead.values[name] !== undefined).map((name) => [name, lead.values[name]]))
  const hasNames = ['firstName', 'middleName', 'lastName'].some((name) => lead.values[name] !== undefined)
  const title = lead.titleGiven || hasNames || lead.values['companyTitle'] !== undefined ? { title: lead.title } : {}
  const common = { opened: lead.opened, ...(isActive(peopleOf(workspace), lead.responsibleId) ? { responsibleId: lead.responsibleId } : {}) }
  if (target === 'contact') return { ...common, ...(lead.titleGiven && !hasNames ? title : {}), ...take(...PERSON) }
  if (target === 'deal') return { ...common, ...title, ...take(...(withRows ? [] : ['amount']), 'currency') }
  const name = lead.values['companyTitle']
  return { ...common, ...(name === undefined ? title : { title: name }), ...(withContact ? {} : take('phones', 'emails')) }
}

/** Kinds of the company's own fields whose values stand for themselves; what names people, items or files is not handed on, since it may not be there for whoever converts. */
const HANDED_ON = new Set<CustomKind>(['string', 'text', 'integer', 'number', 'boolean', 'date', 'datetime', 'money', 'enumeration', 'url'])

/** Values of the company's own fields that the target has under the same code and of the same kind, as far as they are allowed there. */
export function ownFieldsHandedOn(lead: TypeDefinition, target: TypeDefinition, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const held = customValues(values)
  const same = target.customFields.filter(({ code, kind, multiple }) => HANDED_ON.has(kind) && lead.customFields.some((field) => field.code === code && field.kind === kind && field.multiple === multiple))
  const allowed = same.filter((field) => {
    const retired = (field.options ?? []).filter((option) => option.retired).map(({ id }) => id)
    return customValueSchema(field).safeParse(held[field.code]).success && ![held[field.code]].flat().some((one) => retired.includes(String(one)))
  })
  return Object.fromEntries(allowed.flatMap(({ code }) => (held[code] === undefined ? [] : [[code, held[code]]])))
}

/** What a lead was converted to, linked with each other: the contact with the company, the deal with both. A deal that has a company keeps it. */
export function linkedTogether(items: Readonly<Partial<Record<Target, Item>>>): Partial<Record<Target, Item>> {
  const { contact, company, deal } = items
  return {
    ...(contact ? { contact: company ? withLink(contact, 'companyIds', company.id) : contact } : {}),
    ...(company ? { company: contact ? withLink(company, 'contactIds', contact.id) : company } : {}),
    ...(deal ? { deal: withLinks(deal, [...(company && deal.values['companyId'] === undefined ? [['companyId', company.id] as const] : []), ...(contact ? [['contactIds', contact.id] as const] : [])]) } : {}),
  }
}

function withLinks(item: Item, links: readonly (readonly [string, number])[]): Item {
  return links.reduce((linked, [name, id]) => withLink(linked, name, id), item)
}

function withLink(item: Item, name: string, id: number): Item {
  const field = linkFieldsOf({ code: item.type, clientLinks: true }).find((one) => one.name === name)
  if (!field) return item
  const ids = linkedIds(item.values, field)
  return ids.includes(id) ? item : { ...item, values: withLinkedIds(item.values, field, [...ids, id]) }
}
