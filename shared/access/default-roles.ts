import { OPERATIONS, type Level, type Role, type Row } from './schema.ts'

const everyOperation = (level: Level): Row => Object.fromEntries(OPERATIONS.map((operation) => [operation, level]))

const typesAt = (level: Level, types: readonly string[]): Role['types'] => Object.fromEntries(types.map((type) => [type, everyOperation(level)]))

const WORKING_TYPES = ['contact', 'deal', 'lead', 'quote', 'invoice']
const ALL_TYPES = [...WORKING_TYPES, 'company']

/** The four roles a company begins with (ACC-6). They are ordinary roles: everybody with `settings` may change them. */
export const defaultRoles = {
  manager: { name: 'Manager', flags: { settings: false, bulkMail: false, processes: false }, types: typesAt('own', ALL_TYPES) },
  headOfDepartment: {
    name: 'Head of department',
    flags: { settings: false, bulkMail: true, processes: false },
    types: { ...typesAt('department', WORKING_TYPES), ...typesAt('all', ['company']) },
  },
  chiefExecutive: { name: 'Chief executive', flags: { settings: false, bulkMail: true, processes: false }, types: typesAt('all', ALL_TYPES) },
  administrator: { name: 'Administrator', flags: { settings: true, bulkMail: true, processes: true }, types: typesAt('all', ALL_TYPES) },
} as const satisfies Record<string, Omit<Role, 'id' | 'bindings'>>
