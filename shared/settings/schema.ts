import * as z from 'zod'

export const GeneralSettings = z.strictObject({
  /** `linked`: a new observer joins the item's chat at once, and who leaves the chat stays an observer. */
  chatMembership: z.enum(['seed', 'linked']).default('seed'),
  /** With it an observer reads an item only if a role of theirs gives at least `own` for it (ACC-7). */
  observersNeedRole: z.boolean().default(false),
})
export type GeneralSettings = z.output<typeof GeneralSettings>
