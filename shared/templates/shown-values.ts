import type { CustomField } from '../types/index.ts'
import { peopleOf, type Workspace } from '../workspace/index.ts'
import type { Shape } from './shape.ts'

const MONEY: Shape = { amount: 'value', currency: 'value' }

/** What a template may name of a field of the company's own. Undefined for files, which are no text, and for links: what they lead to is not for everybody's eyes. */
export function customShape({ kind, multiple }: Pick<CustomField, 'kind' | 'multiple'>): Shape | undefined {
  if (kind === 'file' || kind === 'item') return undefined
  const one = kind === 'money' ? MONEY : 'value'
  return multiple ? [one] : one
}

/**
 * A stored value of such a field as a recipient may read it: a choice by its title, a person by name, money as `1200.00 EUR`.
 * Numbers, dates and moments stay as they are, for filters such as `date`.
 */
export function shownValue(workspace: Workspace, field: CustomField, value: unknown): unknown {
  if (value === undefined || value === null) return null
  return Array.isArray(value) ? value.map((one) => shownOne(workspace, field, one)) : shownOne(workspace, field, value)
}

function shownOne(workspace: Workspace, { kind, options }: CustomField, value: unknown): unknown {
  switch (kind) {
    case 'enumeration':
      return options?.find(({ id }) => id === value)?.title ?? null
    case 'employee':
      return peopleOf(workspace).users.get(String(value))?.name ?? null
    case 'money': {
      const { amount, currency } = value as { amount: string; currency: string }
      return printedAs(`${amount} ${currency}`, { amount, currency })
    }
    default:
      return structuredClone(value)
  }
}

/** Fields that, named as a whole, are written as this text: `{{ sender }}` never says "[object Object]" to a customer. */
export function printedAs(text: string, fields: Record<string, unknown>): Record<string, unknown> {
  // Inherited, so that a template cannot name it.
  return Object.assign(Object.create({ toString: () => text }) as Record<string, unknown>, fields)
}
