import { ConditionFailed, type Table, type Write } from '../platform/table.ts'

/** Whether a conditional write held; false when somebody else was there first, which is an answer here and no error. */
export async function written(table: Table, write: Write): Promise<boolean> {
  try {
    await table.write(write)
    return true
  } catch (error) {
    if (error instanceof ConditionFailed) return false
    throw error
  }
}
