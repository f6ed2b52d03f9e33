import { chooseFiles, MOST_FILES_AT_ONCE, type ChosenFiles, type NamedFile } from '../files/index.ts'
import { invalidField } from '../kernel/problem.ts'
import type { TypeDefinition } from '../types/index.ts'
import type { Ctx } from '../workspace/index.ts'
import { customValues } from './custom-fields.ts'
import type { ItemRef } from './item.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * Judges the files that fields of the company's own newly name (ITM-5): the caller's own, or such as the item carries already. What is taken out of a field stays
 * bound to the item: its timeline still names it. Throws 400 at the field. Reads nothing where no file is new.
 */
export async function chooseFieldFiles(ctx: Ctx, type: TypeDefinition, before: Values, after: Values, item?: ItemRef): Promise<ChosenFiles> {
  const named = newlyNamed(type, customValues(before), customValues(after))
  const [tooMany] = named.slice(MOST_FILES_AT_ONCE)
  if (tooMany) throw invalidField(tooMany.pointer, 'file.too_many', `At most ${MOST_FILES_AT_ONCE} files are bound at once.`)
  return chooseFiles(ctx, named, item)
}

function newlyNamed(type: TypeDefinition, old: Values, now: Values): NamedFile[] {
  return type.customFields
    .filter(({ kind }) => kind === 'file')
    .flatMap(({ code, multiple }) => {
      const held = new Set([old[code]].flat())
      return [now[code] ?? []].flat().map((id, index) => ({ id: String(id), pointer: `/fields/${code}${multiple ? `/${index}` : ''}` })).filter(({ id }) => !held.has(id))
    })
}
