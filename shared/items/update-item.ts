import { demand, demandEntry } from '../access/index.ts'
import { sameValue } from '../kernel/json.ts'
import { parse } from '../kernel/parse.ts'
import { knownType, type TypeDefinition } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import type { Item } from './item.ts'
import { chooseCustomValues, requiredFieldsAreThere, withCustomValues } from './custom-fields.ts'
import { chooseFieldFiles } from './field-files.ts'
import { chooseLinks, type ChosenLinks } from './links.ts'
import { withResponsible } from './people.ts'
import { changeItem } from './repository.ts'
import { chooseStage, notStale, responsibleCanBe, titleFor, valuesAfter } from './rules.ts'
import { itemPatchOf, type ItemInput } from './schema.ts'
import { itemAnswer } from './visible-links.ts'

/**
 * Changes fields of an item; what is left out stays, `null` clears. Needs `update` on the item as it is, and on the new stage too when it moves (ACC-4).
 * A change that changes nothing stores and announces nothing (ITM-6). Throws 412 when `ifMatch` is not the version that stands.
 */
export async function updateItem(ctx: Ctx, { type: code, id, values: given, ifMatch }: { type: string; id: number; values: unknown; ifMatch?: number }): Promise<Record<string, unknown>> {
  const type = knownType(ctx.workspace, code)
  const patch = parse(itemPatchOf(type), given, 'body')
  const item = await changeItem(ctx, { type: code, id }, async (before) => {
    demand(ctx, 'update', before)
    notStale(before, ifMatch)
    const [links, fields] = await Promise.all([chooseLinks(ctx, type, before.values, patch), chooseCustomValues(ctx, type, before.values, patch)])
    const after = changed(ctx, type, before, patch, links, fields)
    if (sameContent(before, after)) return undefined
    if (after.stageId !== before.stageId) demandEntry(ctx, { ...before, ...stageOf(after) })
    requiredFieldsAreThere(type, before, after)
    const files = await chooseFieldFiles(ctx, type, before.values, after.values, after)
    return { item: after, otherEnds: links.otherEnds(after), beside: files.bindTo(after) }
  })
  return itemAnswer(ctx, type, item)
}

function changed(ctx: Ctx, type: TypeDefinition, before: Item, patch: ItemInput, links: ChosenLinks, fields: Readonly<Record<string, unknown>>): Item {
  const responsibleId = patch.responsibleId ?? before.responsibleId
  if (responsibleId !== before.responsibleId) responsibleCanBe(ctx.workspace, responsibleId)
  const at = ctx.now().toISOString()
  const values = withCustomValues(links.values(valuesAfter(type, before.values, patch)), fields)
  const title = patch.title === undefined ? (before.titleGiven ? before.title : undefined) : patch.title
  const stage = patch.stageId === undefined && patch.pipelineId === undefined ? stageOf(before) : chooseStage(type, patch.pipelineId === before.pipelineId ? { stageId: patch.stageId ?? before.stageId } : patch, before.stageId)
  return {
    ...withResponsible(before, responsibleId),
    ...titleFor(type, before.id, title, values),
    opened: patch.opened ?? before.opened,
    ...stage,
    ...(stage.stageId === before.stageId ? {} : { stageSince: at }),
    values,
    updatedAt: at,
    updatedBy: ctx.actor.userId,
    version: before.version + 1,
  }
}

function stageOf(item: Item): { pipelineId?: string; stageId?: string } {
  return { ...(item.pipelineId === undefined ? {} : { pipelineId: item.pipelineId }), ...(item.stageId === undefined ? {} : { stageId: item.stageId }) }
}

function sameContent(before: Item, after: Item): boolean {
  const { updatedAt: _at, updatedBy: _by, version: _version, stageSince: _since, ...content } = after
  const { updatedAt: _beforeAt, updatedBy: _beforeBy, version: _beforeVersion, stageSince: _beforeSince, ...former } = before
  return sameValue(content, former)
}
