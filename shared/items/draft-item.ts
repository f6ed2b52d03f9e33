import { demand } from '../access/index.ts'
import type { ChosenFiles } from '../files/index.ts'
import { isRecord } from '../kernel/json.ts'
import { parse } from '../kernel/parse.ts'
import type { TypeDefinition } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import type { Item } from './item.ts'
import { typeHasObservers } from './add-observers.ts'
import { chooseCustomValues, customValuesAfter, requiredFieldsAreThere, withCustomValues } from './custom-fields.ts'
import { chooseFieldFiles } from './field-files.ts'
import { chooseLinks, type ChosenLinks } from './links.ts'
import { chooseObservers, chooseStage, responsibleCanBe, titleFor, valuesAfter, withDocumentNumber } from './rules.ts'
import { itemInputOf, type ItemInput } from './schema.ts'

/** An item that is right in itself and may be added; what it is linked to and carries has still to be looked at. */
export interface Sketch {
  readonly type: TypeDefinition
  readonly input: ItemInput
  readonly item: Omit<Item, 'id' | 'title' | 'titleGiven'>
}

/** An item that may be made, with everything but its number. */
export interface Draft extends Sketch {
  readonly links: ChosenLinks
  readonly files: ChosenFiles
}

/** Checks what somebody wants to make, and whether they may: `add` is judged on the item as it would be stored (ACC-3), and what it is linked to must be readable. */
export async function draftItem(ctx: Ctx, type: TypeDefinition, given: unknown): Promise<Draft> {
  return lookedUp(ctx, sketchItem(ctx, type, given))
}

/** The part of it that needs no look at other rows. */
export function sketchItem(ctx: Ctx, type: TypeDefinition, given: unknown): Sketch {
  if (isRecord(given) && given['observerIds'] !== undefined) typeHasObservers(type, '/observerIds')
  const input = parse(itemInputOf(type), given, 'body')
  const responsibleId = input.responsibleId ?? ctx.actor.userId
  responsibleCanBe(ctx.workspace, responsibleId)
  const at = ctx.now().toISOString()
  const item: Sketch['item'] = {
    type: type.code,
    responsibleId,
    observerIds: chooseObservers(ctx.workspace, input.observerIds ?? [], responsibleId),
    opened: input.opened ?? true,
    chatMemberIds: [],
    ...chooseStage(type, input),
    ...(type.pipelines.length > 0 ? { stageSince: at } : {}),
    values: withCustomValues(valuesAfter(type, {}, input), customValuesAfter(ctx, type, {}, input)),
    createdAt: at,
    createdBy: ctx.actor.userId,
    updatedAt: at,
    updatedBy: ctx.actor.userId,
    version: 1,
  }
  demand(ctx, 'add', { ...item, observerIds: [] })
  // A mail cannot be asked for what it lacks; whoever moves on what it made can.
  if (ctx.actor.via !== 'mail') requiredFieldsAreThere(type, undefined, item)
  return { type, input, item }
}

/** The other part: links need `read` on the other end, files are the caller's own. */
export async function lookedUp(ctx: Ctx, sketch: Sketch): Promise<Draft> {
  const { type, input, item } = sketch
  const [links, files] = await Promise.all([chooseLinks(ctx, type, {}, input), chooseFieldFiles(ctx, type, {}, item.values), chooseCustomValues(ctx, type, {}, input)])
  return { ...sketch, links, files }
}

/** The item that a draft becomes under a number. */
export function itemOfDraft({ type, input, item, links }: Draft, id: number): Item {
  const values = withDocumentNumber(type, id, links.values(item.values))
  return { ...item, id, ...titleFor(type, id, input.title, values), values }
}
