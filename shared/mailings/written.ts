import { ConditionFailed, type Table, type Write } from '../platform/table.ts'

/** Whether conditional writes held, all of them or none; false when somebody else was there first, which is an answer here and no error. */
export async function written(table: Table, ...writes: readonly Write[]): Promise<boolean> {
  try {
    await table.write(...writes)
    return true
  } catch (error) {
    if (error instanceof ConditionFailed) return false
    throw error
  }
}
