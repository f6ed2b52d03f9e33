import { foundCompany } from '../directory/index.ts'
import type { Table } from '../platform/table.ts'
import { openSessions, type Sessions } from '../workspace/index.ts'
import { fromEnvironment } from '../platform/environment.ts'

/** Sessions on the company of this deployment, which is founded by whoever comes first (DIR-2). */
export function companySessions(table: Table): Sessions {
  return openSessions(table, () => foundCompany(table, fromEnvironment('FIRST_ADMIN_EMAIL')))
}
