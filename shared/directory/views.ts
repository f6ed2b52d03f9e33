import type { Department, Group, User } from '../workspace/index.ts'

/** What everybody may see of a user: not which token they sign in with. */
export function userView({ id, name, emails, active, departmentIds }: User): Omit<User, 'subject' | 'restamping'> {
  return { id, name, emails, active, departmentIds }
}

/** What everybody may see of a department: all of it, and nothing that is stored beside it some day. */
export function departmentView({ id, name, parentId, headId }: Department): Department {
  return { id, name, parentId, headId }
}

/** The same of a group. */
export function groupView({ id, kind, name, memberIds }: Group): Group {
  return { id, kind, name, memberIds }
}
