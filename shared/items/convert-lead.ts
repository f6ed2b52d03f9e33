import { demand, demandEntry } from '../access/index.ts'
import { isRecord } from '../kernel/json.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import type { Write } from '../platform/table.ts'
import { findStage, knownType, type TypeDefinition } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { convertedTo, handedOn, idField, isWanted, linkedTogether, ownFieldsHandedOn, TARGETS, type Conversion, type Target } from './conversion.ts'
import { requiredFieldsAreThere } from './custom-fields.ts'
import { draftItem, itemOfDraft, type Draft } from './draft-item.ts'
import type { Changed, Item } from './item.ts'
import { insertWrites, loadItem, nextNumber, nextVersion, readableItems, replaceWrites, untilNobodyInterferes } from './repository.ts'
import { fitsIntoATransaction } from './row-size.ts'
import { isOpenToItems, notStale } from './rules.ts'

type Converted = { -readonly [key in (typeof idField)[Target] as key]: number | null }

/**
 * Makes a contact and/or company and/or deal of a lead, all at once with their links and the lead's move to its success stage (ITM-8). Needs `update` on the
 * lead and `add` on each target. The lead keeps what it became, so asking again makes no doubles: it adds what is still missing and names the rest.
 * Throws 412 when `ifMatch` is not the lead's version that stands.
 */
export async function convertLead(ctx: Ctx, { id, values: wanted, ifMatch }: { id: number; values: Conversion; ifMatch?: number }): Promise<Converted> {
  return untilNobodyInterferes(async () => {
    const lead = await loadItem(ctx, { type: 'lead', id })
    demand(ctx, 'update', lead)
    notStale(lead, ifMatch)
    const known = await knownTargets(ctx, lead)
    const drafts = await draftsOf(ctx, lead, wanted)
    const type = knownType(ctx.workspace, 'lead')
    const moved = inSuccessStage(ctx, type, lead)
    if (drafts.length === 0 && moved === lead) return idsOf(known)
    if (moved.stageId !== lead.stageId) {
      demandEntry(ctx, moved)
      isOpenToItems(type, moved.stageId === undefined ? undefined : findStage(type, moved.stageId)?.stage)
      requiredFieldsAreThere(type, lead, moved)
    }
    noFileIsGivenTwice(drafts)
    const made = await numbered(ctx, drafts)
    const together = linkedTogether({ ...known, ...made })
    const after = nextVersion(ctx, { ...moved, values: { ...lead.values, ...Object.fromEntries(TARGETS.flatMap((target) => (made[target] ? [[idField[target], made[target].id]] : []))) } })
    const changed = [{ before: lead, after }, ...otherEnds(ctx, drafts, made, known, together)]
    const bound = filesBound(drafts, made)
    const inserts = TARGETS.flatMap((target) => (made[target] && together[target] ? [together[target]] : []))
    const writes = (await Promise.all([...changed.map((one) => replaceWrites(ctx, one)), ...inserts.map((item) => insertWrites(ctx, item))])).flat()
    await ctx.table.write(...fitsIntoATransaction([...writes, ...bound]))
    return idsOf(together)
  })
}

/** What the lead was converted to before, as far as the caller may read it. */
async function knownTargets(ctx: Ctx, lead: Item): Promise<Partial<Record<Target, Item>>> {
  const refs = TARGETS.flatMap((type) => {
    const id = convertedTo(lead, type)
    return id === undefined ? [] : [{ type, id }]
  })
  return refs.length === 0 ? {} : Object.fromEntries((await readableItems(ctx, refs)).map((item) => [item.type, item]))
}

async function draftsOf(ctx: Ctx, lead: Item, wanted: Conversion): Promise<(Draft & { target: Target })[]> {
  const missing = TARGETS.filter((target) => isWanted(wanted[target]) && convertedTo(lead, target) === undefined)
  const withContact = missing.includes('contact') || convertedTo(lead, 'contact') !== undefined
  return Promise.all(
    missing.map(async (target) => {
      const type = knownType(ctx.workspace, target)
      const given = wanted[target]
      const asked = typeof given === 'object' ? given : {}
      const fields = ownFieldsHandedOn(knownType(ctx.workspace, 'lead'), type, lead.values)
      const values = { ...handedOn(ctx.workspace, lead, target, { withContact, withRows: asked['productRows'] !== undefined }), fields, ...asked, ...(isRecord(asked['fields']) ? { fields: { ...fields, ...asked['fields'] } } : {}) }
      return { target, ...(await under(`/${target}`, draftItem(ctx, type, values))) }
    }),
  )
}

/** A problem with a field of one of the targets names the field where the request has it. */
async function under<T>(pointer: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem(error.kind, error.code, error.message, error.fields.map((field) => ({ ...field, pointer: pointer + field.pointer })))
  }
}

async function numbered(ctx: Ctx, drafts: readonly (Draft & { target: Target })[]): Promise<Partial<Record<Target, Item>>> {
  return Object.fromEntries(await Promise.all(drafts.map(async (draft) => [draft.target, itemOfDraft(draft, await nextNumber(ctx.table, draft.target))] as const)))
}

/** Items that change besides the lead: those that the new ones were told to be linked with, and earlier targets that are now linked with the new ones. */
function otherEnds(ctx: Ctx, drafts: readonly (Draft & { target: Target })[], made: Partial<Record<Target, Item>>, known: Partial<Record<Target, Item>>, together: Partial<Record<Target, Item>>): Changed[] {
  const named = drafts.flatMap(({ target, links }) => (made[target] ? links.otherEnds(made[target]) : []))
  const earlier = TARGETS.flatMap((target) => {
    const before = known[target]
    const after = together[target]
    return before && after && after !== before && !named.some((one) => one.before.type === target && one.before.id === before.id) ? [{ before, after: nextVersion(ctx, after) }] : []
  })
  return [...named, ...earlier]
}

/** A file is bound to one item. */
function noFileIsGivenTwice(drafts: readonly (Draft & { target: Target })[]): void {
  const names = drafts.flatMap(({ target, files }) => files.files.map(({ id }) => ({ target, id })))
  const twice = names.find(({ id }, place) => names.findIndex((one) => one.id === id) < place)
  if (twice) throw invalidField(`/${twice.target}/fields`, 'file.given_twice', `The file ${twice.id} cannot be bound to two items.`)
}

/** Binds the files that the targets were given to carry. */
function filesBound(drafts: readonly (Draft & { target: Target })[], made: Partial<Record<Target, Item>>): Write[] {
  return drafts.flatMap(({ target, files }) => (made[target] ? files.bindTo(made[target]) : []))
}

/** The lead in the first success stage of its pipeline; where it stands already if that is one. */
function inSuccessStage(ctx: Ctx, { pipelines }: TypeDefinition, lead: Item): Item {
  const stages = pipelines.find(({ id }) => id === lead.pipelineId)?.stages ?? []
  if (stages.find(({ id }) => id === lead.stageId)?.semantic === 'success') return lead
  const success = stages.find(({ semantic }) => semantic === 'success')
  return success ? { ...lead, stageId: success.id, stageSince: ctx.now().toISOString() } : lead
}

function idsOf(items: Partial<Record<Target, Item>>): Converted {
  return { contactId: items.contact?.id ?? null, companyId: items.company?.id ?? null, dealId: items.deal?.id ?? null }
}
