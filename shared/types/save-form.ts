import { demandFlag } from '../access/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { completed, formMakesSense } from './form-rules.ts'
import type { FormInput, FormView } from './form-schema.ts'
import { personalFormKey } from './keys.ts'
import { storeTogether } from './repository.ts'
import { formChange, knownType } from './types-of.ts'

/**
 * Lays out the fields of a type: sections, order, what is hidden (ITM-10). One's own form needs nothing, the common one `settings`.
 * What a form hides keeps its data and stays in the API; a form is no matter of rights.
 */
export async function saveForm(ctx: Ctx, { type: code, values }: { type: string; values: FormInput }): Promise<FormView> {
  if (values.scope === 'common') demandFlag(ctx, 'settings')
  const type = knownType(ctx.workspace, code)
  formMakesSense(type, values.sections)
  if (values.scope === 'common') await storeTogether(ctx, [formChange(code, values.sections)])
  else await ctx.table.write({ put: { ...personalFormKey(ctx.actor.userId, code), kind: 'form', sections: values.sections } })
  return { type: code, scope: values.scope, sections: completed(type, values.sections) }
}
