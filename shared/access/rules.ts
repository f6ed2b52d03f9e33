import { Problem, invalidField } from '../kernel/problem.ts'
import { workspaceWith, type Ctx, type EntryChange, type People } from '../workspace/index.ts'
import { hasActiveAdministrator } from './roles-in-use.ts'
import { MOST_ROLE_BYTES, type Binding, type TypeRows } from './schema.ts'

/** A role is bound to people, groups and departments that exist (ACC-1). */
export function boundOnesExist(people: People, bindings: readonly Binding[]): void {
  bindings.forEach((binding, index) => {
    const known = binding.kind === 'user' ? people.users : binding.kind === 'group' ? people.groups : people.departments
    if (!known.has(binding.id)) throw invalidField(`/bindings/${index}/id`, `${binding.kind}.unknown`, `There is no such ${binding.kind}.`)
  })
}

/** No change leaves the company without an active user who may change its settings (ACC-12). */
export function administratorStays(ctx: Ctx, changes: readonly EntryChange[]): void {
  if (!hasActiveAdministrator(workspaceWith(ctx.workspace, changes))) {
    throw new Problem('conflict', 'access.last_administrator', 'After this nobody could change the settings any more. Give somebody else a role with the flag settings first.')
  }
}

/** A role is one row of the table, whatever it says of types, stages and pipelines. Throws 400 for one that says too much. */
export function roleFits(types: Readonly<Record<string, TypeRows>>, pointer = '/types'): void {
  if (Buffer.byteLength(JSON.stringify(types)) > MOST_ROLE_BYTES) throw invalidField(pointer, 'role.too_large', `A role holds ${MOST_ROLE_BYTES} bytes of rights at most. Rows of stages and pipelines that say the same as the row of their type can be left out.`)
}

/** The same binding twice is one binding. */
export function withoutDoubles(bindings: readonly Binding[]): Binding[] {
  return [...new Map(bindings.map((binding) => [JSON.stringify([binding.kind, binding.id, binding.kind === 'department' ? binding.scope : '']), binding])).values()]
}
