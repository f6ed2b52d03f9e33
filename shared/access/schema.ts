import * as z from 'zod'
import { pageOf } from '../kernel/page.ts'

/** Each level includes the one before (ACC-3). */
export const LEVELS = ['none', 'own', 'department', 'subdepartments', 'open', 'all'] as const
export type Level = (typeof LEVELS)[number]

export const OPERATIONS = ['read', 'add', 'update', 'delete', 'export', 'import'] as const
export type Operation = (typeof OPERATIONS)[number]

export const FLAGS = ['settings', 'bulkMail', 'processes'] as const
export type Flag = (typeof FLAGS)[number]

const level = z.enum(LEVELS)
const id = z.string().min(1).max(64)

/** Levels of a row: what is left out inherits (ACC-4), or is `none` where there is nothing to inherit from (ACC-2). */
const Row = z.strictObject({ read: level.optional(), add: level.optional(), update: level.optional(), delete: level.optional(), export: level.optional(), import: level.optional() })
export type Row = z.infer<typeof Row>

/** Rows of stages and of pipelines that a role holds for one type: more than a type can have of either, since roles are copied between companies. */
export const MOST_STAGE_ROWS = 200
export const MOST_PIPELINE_ROWS = 40
export const MOST_TYPES_OF_A_ROLE = 200
/** What a role says of all types together, in bytes of JSON: with its bindings it stays far below the 400 KB of a row. */
export const MOST_ROLE_BYTES = 150_000

export const TypeRows = z.strictObject({
  ...Row.shape,
  stages: rowsById(Row, MOST_STAGE_ROWS, 'stages').optional(),
  pipelines: rowsById(Row, MOST_PIPELINE_ROWS, 'pipelines').optional(),
})
export type TypeRows = z.infer<typeof TypeRows>

const Matrix = rowsById(TypeRows, MOST_TYPES_OF_A_ROLE, 'types')

const Flags = z.strictObject({ settings: z.boolean().default(false), bulkMail: z.boolean().default(false), processes: z.boolean().default(false) })

export const LONGEST_ROLE_NAME = 100

export const RoleInput = z.strictObject({
  name: z.string().trim().min(1).max(LONGEST_ROLE_NAME),
  flags: Flags.default({ settings: false, bulkMail: false, processes: false }),
  types: Matrix.default({}),
})
export type RoleInput = z.infer<typeof RoleInput>

export const RolePatch = z.strictObject({ name: RoleInput.shape.name.optional(), flags: Flags.partial().optional(), types: Matrix.optional() })
export type RolePatch = z.infer<typeof RolePatch>

/** What a copy of a role is called; left out, after the role. A copy may be asked for without a body. */
export const CloneInput = z.strictObject({ name: RoleInput.shape.name.optional() }).optional()
export type CloneInput = z.infer<typeof CloneInput>

/** Who has a role (ACC-1). `heads` means the head of that one department. */
export const Binding = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), id }),
  z.strictObject({ kind: z.literal('group'), id }),
  z.strictObject({ kind: z.literal('department'), id, scope: z.enum(['department', 'subdepartments', 'heads']).default('department') }),
])
export type Binding = z.infer<typeof Binding>

const MOST_BINDINGS = 500
export const Bindings = z.strictObject({ bindings: z.array(Binding).max(MOST_BINDINGS) })

export const Role = z.object({
  id: z.string(),
  name: z.string(),
  flags: z.object({ settings: z.boolean(), bulkMail: z.boolean(), processes: z.boolean() }),
  types: z.record(z.string(), TypeRows),
  bindings: z.array(Binding),
})
export type Role = z.infer<typeof Role>

export const RolePage = pageOf(Role)

function rowsById<T extends z.ZodType>(row: T, most: number, what: string) {
  return z.record(id, row).refine((rows) => Object.keys(rows).length <= most, { error: `At most ${most} ${what}.` })
}
