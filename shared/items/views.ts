import type { TypeDefinition } from '../types/index.ts'
import type { Item } from './item.ts'
import { customFieldsView } from './custom-fields.ts'
import { linkFieldsOf } from './link-fields.ts'
import { productRowsOf, totalsOfItem } from './product-rows.ts'

/** An item as the API shows it: every field of its type is there, `null` where it has no value (ITM-3). */
export function itemView(type: TypeDefinition, item: Item): Record<string, unknown> {
  const values = type.fields.map(({ name, kind }) => [name, item.values[name] ?? (kind === 'phones' || kind === 'emails' ? [] : null)] as const)
  return {
    id: item.id,
    type: item.type,
    title: item.title,
    responsibleId: item.responsibleId,
    observerIds: item.observerIds,
    opened: item.opened,
    ...stageOf(item),
    ...Object.fromEntries(values),
    ...linksView(type, item),
    ...(type.productRows ? { productRows: productRowsOf(item.values), totals: totalsOfItem(item.values) } : {}),
    fields: customFieldsView(type, item.values),
    version: item.version,
    createdAt: item.createdAt,
    createdBy: item.createdBy,
    updatedAt: item.updatedAt,
    updatedBy: item.updatedBy,
  }
}

/** Links as the item holds them; `visible-links.ts` takes out what the reader may not see. */
function linksView(type: TypeDefinition, item: Item): Record<string, unknown> {
  return Object.fromEntries(linkFieldsOf(type).map(({ name, many }) => [name, item.values[name] ?? (many ? [] : null)]))
}

/** An item as a list shows it. */
export function rowView(type: TypeDefinition, item: Item): Record<string, unknown> {
  const money = type.fields.some(({ kind }) => kind === 'amount') ? { amount: item.values['amount'] ?? null, currency: item.values['currency'] ?? null } : {}
  return { id: item.id, type: item.type, title: item.title, responsibleId: item.responsibleId, opened: item.opened, ...stageOf(item), ...money, createdAt: item.createdAt }
}

function stageOf(item: Item): Record<string, unknown> {
  return item.stageId === undefined ? {} : { pipelineId: item.pipelineId, stageId: item.stageId }
}
