import { demandFlag } from '../access/index.ts'
import { Problem } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import { newField, optionsAfter, roomForFields } from './field-rules.ts'
import type { FieldInput, FieldView } from './field-schema.ts'
import { storeTogether } from './repository.ts'
import { fieldChange, knownType, storedFields, type StoredField } from './types-of.ts'
import { customFieldView } from './views.ts'

/**
 * Adds a field to a type; items take it from the next request on, under `fields` (ITM-5). The code of a deleted field brings that one back with all its
 * data, provided that the kind is the same. Needs `settings`.
 */
export async function createField(ctx: Ctx, { type: code, values }: { type: string; values: FieldInput }): Promise<FieldView> {
  demandFlag(ctx, 'settings')
  const type = knownType(ctx.workspace, code)
  const stored = storedFields(ctx.workspace, code)
  const former = stored.find((field) => field.code === values.code)
  if (former && !comesBack(former, values)) throw new Problem('conflict', 'field.code_taken', `The type has, or had, another field ${values.code}.`, [{ pointer: '/code', detail: 'It is taken.' }])
  roomForFields(former ? stored.filter((field) => field !== former) : stored, 1)
  const field = newField(type, values, former?.createdAt ?? ctx.now().toISOString())
  const known: StoredField = { ...field, ...(values.options ? { options: optionsAfter(former?.options ?? [], values.options, '/options') } : {}) }
  await storeTogether(ctx, [fieldChange(known)])
  return customFieldView(known)
}

function comesBack(former: StoredField, { kind, multiple }: FieldInput): boolean {
  return former.deletedAt !== undefined && former.kind === kind && former.multiple === multiple
}
