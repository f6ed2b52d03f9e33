import { loadItem } from '../items/index.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import { knownType } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { readTemplateParts } from './render.ts'
import { loadTemplate } from './repository.ts'
import type { Content, PreviewInput } from './schema.ts'

/** The mail that a template makes of an item, as if the caller sent it (BLK-2). For everybody who may read the item. */
export async function previewTemplate(ctx: Ctx, { id, values }: { id: string; values: PreviewInput }): Promise<Content> {
  knownType(ctx.workspace, values.type)
  const [template, item] = await Promise.all([loadTemplate(ctx.table, id), loadItem(ctx, values)])
  templateFits(template, values.type)
  const parts = await readTemplateParts(template)
  return filled(() => parts.fill(ctx.workspace, { item, senderId: ctx.actor.userId, unsubscribeUrl: '' }))
}

/** A template that was written for one type has placeholders that others lack. */
export function templateFits(template: { type: string | null }, type: string): void {
  if (template.type !== null && template.type !== type) throw invalidField('/type', 'template.other_type', `The template is for items of the type ${template.type}.`)
}

/** What a template does on this one item may go beyond a limit that it kept on the made-up one. */
export function filled(fill: () => Content): Content {
  try {
    return fill()
  } catch (error) {
    throw new Problem('impossible', 'template.cannot_be_filled', `The template cannot be filled in for this item: ${error instanceof Error ? error.message.slice(0, 200) : 'unknown'}`)
  }
}
