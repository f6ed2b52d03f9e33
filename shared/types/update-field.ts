import { demandFlag } from '../access/index.ts'
import { invalidField } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { keepsItsKind, optionsAfter, requiredFromMakesSense } from './field-rules.ts'
import type { FieldPatch, FieldView } from './field-schema.ts'
import { knownField } from './read-field.ts'
import { storeTogether } from './repository.ts'
import { fieldChange, knownType, type StoredField } from './types-of.ts'
import { customFieldView } from './views.ts'

/** Changes a field but for its kind. Options that are left out are retired: items keep them, nobody can choose them any more. Needs `settings`. */
export async function updateField(ctx: Ctx, { type: code, field: fieldCode, values }: { type: string; field: string; values: FieldPatch }): Promise<FieldView> {
  demandFlag(ctx, 'settings')
  const type = knownType(ctx.workspace, code)
  const before = knownField(ctx, code, fieldCode)
  keepsItsKind(before, values)
  if (values.requiredFrom) requiredFromMakesSense(type, values.requiredFrom, '/requiredFrom')
  if (values.options && before.kind !== 'enumeration') throw invalidField('/options', 'field.options', 'Only enumerations have options.')
  if (values.itemTypes && before.kind !== 'item') throw invalidField('/itemTypes', 'field.item_types', 'Only links to items name types.')
  const field: StoredField = {
    ...before,
    title: values.title ?? before.title,
    required: values.required ?? before.required,
    requiredFrom: values.requiredFrom ?? before.requiredFrom,
    searchable: values.searchable ?? before.searchable,
    ...(values.options ? { options: optionsAfter(before.options ?? [], values.options, '/options') } : {}),
    ...(values.itemTypes ? { itemTypes: values.itemTypes } : {}),
  }
  await storeTogether(ctx, [fieldChange(field)])
  return customFieldView(field)
}
