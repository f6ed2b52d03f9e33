import type { Row } from '../platform/table.ts'
import type { Ctx } from '../workspace/index.ts'
import { completed } from './form-rules.ts'
import type { FormSection, FormView } from './form-schema.ts'
import { personalFormKey } from './keys.ts'
import { commonForm, knownType } from './types-of.ts'

/** The form that the caller sees: their own, else the common one, else one made of all fields (ITM-10). With `scope: 'common'` the one without a form of their own. */
export async function readForm(ctx: Ctx, { type: code, scope }: { type: string; scope?: 'common' | 'personal' | undefined }): Promise<FormView> {
  const type = knownType(ctx.workspace, code)
  const personal = scope === 'common' ? undefined : sectionsOf(await ctx.table.get(personalFormKey(ctx.actor.userId, code), { consistent: true }))
  const common = commonForm(ctx.workspace, code)
  return { type: code, scope: personal ? 'personal' : common ? 'common' : 'default', sections: completed(type, personal ?? common ?? []) }
}

function sectionsOf(row: Row | undefined): FormSection[] | undefined {
  return row?.['sections'] as FormSection[] | undefined
}
