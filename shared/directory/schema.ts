import * as z from 'zod'
import { EmailAddress } from '../kernel/email.ts'
import { PageQuery } from '../kernel/page.ts'

const id = z.string().min(1).max(64)
const name = z.string().trim().min(1).max(200)

const MOST_EMAILS_OF_A_USER = 10
const MOST_DEPARTMENTS_OF_A_USER = 20
const MOST_MEMBERS_OF_A_GROUP = 1000

export const UserInput = z.strictObject({
  name,
  emails: z.array(EmailAddress).min(1).max(MOST_EMAILS_OF_A_USER),
  active: z.boolean().default(true),
  departmentIds: z.array(id).max(MOST_DEPARTMENTS_OF_A_USER).default([]),
})
export type UserInput = z.infer<typeof UserInput>

export const UserPatch = z.strictObject({ name, emails: UserInput.shape.emails, active: z.boolean(), departmentIds: z.array(id).max(MOST_DEPARTMENTS_OF_A_USER) }).partial()
export type UserPatch = z.infer<typeof UserPatch>

export const DepartmentInput = z.strictObject({ name, parentId: id.nullable().default(null), headId: id.nullable().default(null) })
export type DepartmentInput = z.infer<typeof DepartmentInput>

export const DepartmentPatch = z.strictObject({ name, parentId: id.nullable(), headId: id.nullable() }).partial()
export type DepartmentPatch = z.infer<typeof DepartmentPatch>

export const GroupInput = z.strictObject({ kind: z.enum(['user', 'project']), name, memberIds: z.array(id).max(MOST_MEMBERS_OF_A_GROUP).default([]) })
export type GroupInput = z.infer<typeof GroupInput>

export const GroupPatch = z.strictObject({ name, memberIds: z.array(id).max(MOST_MEMBERS_OF_A_GROUP) }).partial()
export type GroupPatch = z.infer<typeof GroupPatch>

/** What everybody may see of a user (ACC-2). */
export const UserView = z.object({ id: z.string(), name: z.string(), emails: z.array(z.string()), active: z.boolean(), departmentIds: z.array(z.string()) })
/** One person, with the progress of the background work after a move while it lasts. */
export const UserDetails = UserView.extend({ restamping: z.object({ stamped: z.number(), cleanSince: z.string().nullable() }).optional() })
export const DepartmentView = z.object({ id: z.string(), name: z.string(), parentId: z.string().nullable(), headId: z.string().nullable() })
export const GroupView = z.object({ id: z.string(), kind: z.enum(['user', 'project']), name: z.string(), memberIds: z.array(z.string()) })

export const UserQuery = PageQuery.extend({ active: z.enum(['true', 'false']).optional(), departmentId: id.optional() })
export type UserQuery = z.infer<typeof UserQuery>

export const GroupQuery = PageQuery.extend({ kind: z.enum(['user', 'project']).optional() })
export type GroupQuery = z.infer<typeof GroupQuery>

export const IdParam = z.object({ id })
