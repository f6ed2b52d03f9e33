import { sameValue } from '../kernel/json.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import type { TypeDefinition } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { refKey, type Changed, type ItemRef } from './item.ts'
import { linkedIds, linkFieldsOf, MOST_LINKS, MOST_LINKS_CHANGED, withLinkedIds, type LinkField } from './link-fields.ts'
import { nextVersion, readableItems } from './repository.ts'

/** What a request makes of the links of an item: the values of its link fields, and what changes at the other ends. */
export interface ChosenLinks {
  values(from: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** Items that hold the same links in a field of their own, changed. */
  otherEnds(item: ItemRef): Changed[]
}

const NO_CHANGE: ChosenLinks = { values: (from) => ({ ...from }), otherEnds: () => [] }

/**
 * Judges the links that a request names (ITM-3). Linking needs `read` on the other end; links that the caller cannot see stay as they are where a field
 * holds many. A foreign number and a missing one are refused alike. Reads nothing when no link field is named.
 */
export async function chooseLinks(ctx: Ctx, type: TypeDefinition, before: Readonly<Record<string, unknown>>, input: Readonly<Record<string, unknown>>): Promise<ChosenLinks> {
  const named = linkFieldsOf(type).filter(({ name }) => input[name] !== undefined)
  const asked = named.map((field) => ({ field, held: linkedIds(before, field), given: givenIds(input, field) }))
  if (asked.every(({ held, given }) => held.length === 0 && given.length === 0)) return NO_CHANGE
  const seen = new Map((await readableItems(ctx, asked.flatMap(({ field, held, given }) => [...new Set([...held, ...given])].map((id) => ({ type: field.to, id }))))).map((item) => [refKey(item), item]))
  const changes = asked.map(({ field, held, given }) => {
    const sees = (id: number): boolean => seen.has(refKey({ type: field.to, id }))
    given.forEach((id, index) => {
      if (!sees(id)) throw invalidField(field.many ? `/${field.name}/${index}` : `/${field.name}`, `${type.code}.link_unknown`, `There is no such ${field.to}, or you may not see it.`)
    })
    const next = nextIds(field, held, held.filter(sees), given)
    if (next.length > MOST_LINKS) throw invalidField(`/${field.name}`, `${type.code}.too_many_links`, `At most ${MOST_LINKS} links in one field.`)
    return { field, next, added: next.filter((id) => !held.includes(id)), removed: held.filter((id) => !next.includes(id)) }
  })
  const count = changes.reduce((sum, { added, removed }) => sum + added.length + removed.length, 0)
  if (count > MOST_LINKS_CHANGED) throw new Problem('invalid', `${type.code}.too_many_links_changed`, `At most ${MOST_LINKS_CHANGED} links are changed in one request.`, changes.map(({ field }) => ({ pointer: `/${field.name}`, detail: 'Too many changes at once.' })))
  return {
    values: (from) => changes.reduce<Record<string, unknown>>((values, { field, next }) => withLinkedIds(values, field, next), { ...from }),
    otherEnds: ({ id }) =>
      changes.flatMap(({ field, added, removed }) => {
        const back = field.back === undefined ? undefined : backField(field, field.back, type)
        if (!back) return []
        const other = (number: number, change: (ids: readonly number[]) => readonly number[]): Changed[] => {
          const end = seen.get(refKey({ type: field.to, id: number }))
          return end ? [{ before: end, after: nextVersion(ctx, { ...end, values: withLinkedIds(end.values, back, change(linkedIds(end.values, back))) }) }] : []
        }
        return [
          ...added.flatMap((number) => other(number, (ids) => withOneMore(ids, id, field))),
          ...removed.flatMap((number) => other(number, (ids) => ids.filter((one) => one !== id))),
        ]
      }),
  }
}

/** What the caller cannot see stays: behind what they gave where a field holds many, and where it holds one, unless they put another into its place. */
function nextIds({ many }: LinkField, held: readonly number[], seen: readonly number[], given: readonly number[]): readonly number[] {
  if (sameValue(seen, given)) return held
  const unseen = held.filter((id) => !seen.includes(id))
  return many ? [...given, ...unseen] : given.length > 0 ? given : unseen
}

function givenIds(input: Readonly<Record<string, unknown>>, field: LinkField): number[] {
  return input[field.name] === null ? [] : [...new Set(linkedIds(input, field))]
}

function backField(field: LinkField, name: string, type: TypeDefinition): LinkField {
  return { name, to: type.code, many: true, back: field.name }
}

function withOneMore(ids: readonly number[], id: number, field: LinkField): readonly number[] {
  if (ids.includes(id)) return ids
  if (ids.length >= MOST_LINKS) throw new Problem('impossible', `${field.to}.too_many_links`, `A ${field.to} there has ${MOST_LINKS} links already.`, [{ pointer: `/${field.name}`, detail: 'It is full.' }])
  return [...ids, id]
}
