import { notFound } from '../kernel/problem.ts'
import type { Ctx } from '../workspace/index.ts'
import type { FieldView } from './field-schema.ts'
import { knownType, storedFields, type StoredField } from './types-of.ts'
import { fieldViews } from './views.ts'

/** One field of a type, the built-in and the company's own alike. Throws 404 for a type or a field that is not there, or no more. */
export async function readField(ctx: Ctx, { type, field }: { type: string; field: string }): Promise<FieldView> {
  const found = fieldViews(knownType(ctx.workspace, type)).find(({ code }) => code === field)
  if (!found) throw notFound('field')
  return found
}

/** A field that the company has added and not deleted. Throws 404. */
export function knownField(ctx: Ctx, type: string, code: string): StoredField {
  const field = storedFields(ctx.workspace, knownType(ctx.workspace, type).code).find((one) => one.code === code && one.deletedAt === undefined)
  if (!field) throw notFound('field')
  return field
}
