import * as z from 'zod'
import { Title } from './names.ts'

const MOST_SECTIONS = 50
/** More than a type has fields, so that none is left out. */
const MOST_FIELDS_OF_A_SECTION = 300

const FormField = z.strictObject({
  /** A field of the type, as it stands on an item: `title`, `observerIds`, `fields.serial`. */
  name: z.string().min(1).max(60),
  hidden: z.boolean().default(false),
})

export const FormSection = z.strictObject({ title: Title, fields: z.array(FormField).max(MOST_FIELDS_OF_A_SECTION) })
export type FormSection = z.infer<typeof FormSection>

/** Whose form: everybody's, which administrators set, or the caller's own, which wins for them (ITM-10). */
const scope = z.enum(['common', 'personal'])

export const FormInput = z.strictObject({ scope: scope.default('personal'), sections: z.array(FormSection).max(MOST_SECTIONS) })
export type FormInput = z.infer<typeof FormInput>

export const FormQuery = z.strictObject({ scope: scope.optional() })

export const FormView = z.object({ type: z.string(), scope: z.enum(['default', 'common', 'personal']), sections: z.array(z.object({ title: z.string(), fields: z.array(z.object({ name: z.string(), hidden: z.boolean() })) })) })
export type FormView = z.infer<typeof FormView>
