import { comparableEmail } from '../kernel/email.ts'
import { invalidField, Problem } from '../kernel/problem.ts'
import type { People } from '../workspace/index.ts'

/** The order of the tree stays a tree: nobody becomes a part of their own part (DIR-1). */
export function departmentHasNoCycle(people: People, departmentId: string, parentId: string | null): void {
  if (parentId !== null && people.below(departmentId).has(parentId)) throw invalidField('/parentId', 'department.cycle', 'A department cannot be placed below itself.')
}

/** Nobody belongs to, or is placed below, a department that is not there. Throws 400 `department.unknown` at the pointer, in which `*` stands for the place in the list. */
export function departmentsExist(people: People, ids: readonly string[], pointer: string): void {
  ids.forEach((id, index) => {
    if (!people.departments.has(id)) throw invalidField(pointer.replace('*', String(index)), 'department.unknown', 'There is no such department.')
  })
}

/** The same for members of groups and heads of departments: 400 `user.unknown`. Somebody who is not active any more may be either. */
export function usersExist(people: People, ids: readonly string[], pointer: string): void {
  ids.forEach((id, index) => {
    if (!people.users.has(id)) throw invalidField(pointer.replace('*', String(index)), 'user.unknown', 'There is no such user.')
  })
}

/** An address belongs to one user at most: by it they sign in, and by it their mail is known. */
export function emailsAreFree(people: People, emails: readonly string[], userId: string): void {
  emails.forEach((email, index) => {
    const holder = people.userByEmail.get(comparableEmail(email))
    if (holder && holder.id !== userId) throw new Problem('conflict', 'user.email_taken', 'This address belongs to another user.', [{ pointer: `/emails/${index}`, detail: 'It belongs to another user.' }])
  })
}

/** The same id twice is one; the order stays, since the first department of a person is the primary one. */
export function withoutDoubles(ids: readonly string[]): string[] {
  return [...new Set(ids)]
}

/** Departments whose membership changed decide where a person's items lie in the indexes. */
export function sameDepartments(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && before.every((id, place) => id === after[place])
}
