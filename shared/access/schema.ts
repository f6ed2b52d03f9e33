import * as z from 'zod'

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

export const TypeRows = z.strictObject({
  ...Row.shape,
  stages: z.record(id, Row).optional(),
  pipelines: z.record(id, Row).optional(),
})
export type TypeRows = z.infer<typeof TypeRows>

const Flags = z.strictObject({ settings: z.boolean().default(false), bulkMail: z.boolean().default(false), processes: z.boolean().default(false) })

export const RoleInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  flags: Flags.default({ settings: false, bulkMail: false, processes: false }),
  types: z.record(id, TypeRows).default({}),
})
export type RoleInput = z.infer<typeof RoleInput>

export const RolePatch = z.strictObject({ name: RoleInput.shape.name.optional(), flags: Flags.partial().optional(), types: z.record(id, TypeRows).optional() })
export type RolePatch = z.infer<typeof RolePatch>

/** Who has a role (ACC-1). `heads` means the head of that one department. */
export const Binding = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), id }),
  z.strictObject({ kind: z.literal('group'), id }),
  z.strictObject({ kind: z.literal('department'), id, scope: z.enum(['department', 'subdepartments', 'heads']).default('department') }),
])
export type Binding = z.infer<typeof Binding>

export const MOST_BINDINGS = 500
export const Bindings = z.strictObject({ bindings: z.array(Binding).max(MOST_BINDINGS) })

export const Role = z.object({
  id: z.string(),
  name: z.string(),
  flags: z.object({ settings: z.boolean(), bulkMail: z.boolean(), processes: z.boolean() }),
  types: z.record(z.string(), TypeRows),
  bindings: z.array(Binding),
})
export type Role = z.infer<typeof Role>
