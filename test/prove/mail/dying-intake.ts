import type { Intake } from '../../../shared/mail/index.ts'
import type { Blobs } from '../../../shared/platform/blobs.ts'
import type { Table } from '../../../shared/platform/table.ts'
import { openSessions } from '../../../shared/workspace/index.ts'

export class Killed extends Error {}

export interface DyingIntake {
  readonly intake: Intake
  /** The calls that were made, by name. */
  readonly calls: readonly string[]
}

/** The way into the CRM, which ends before or after its n-th call to the table or the bucket and does nothing more, as a function that is killed there. 0: never. */
export function dyingIntake(whole: Intake, table: Table, callNumber: number, moment: 'before' | 'after'): DyingIntake {
  const calls: string[] = []
  const around = async <T>(name: string, call: () => Promise<T>): Promise<T> => {
    calls.push(name)
    const number = calls.length
    if (callNumber > 0 && (number > callNumber || (number === callNumber && moment === 'before'))) throw new Killed()
    const answer = await call()
    if (callNumber > 0 && calls.length >= callNumber) throw new Killed()
    return answer
  }
  const { blobs } = whole
  const dyingTable: Table = {
    get: (...all) => around('table.get', () => table.get(...all)),
    getMany: (...all) => around('table.getMany', () => table.getMany(...all)),
    query: (...all) => around('table.query', () => table.query(...all)),
    write: (...all) => around('table.write', () => table.write(...all)),
    increment: (...all) => around('table.increment', () => table.increment(...all)),
  }
  const dyingBlobs: Blobs = {
    ...blobs,
    put: (...all) => around(`blobs.put ${all[0].split('/')[0]}`, () => blobs.put(...all)),
    putNew: (...all) => around(`blobs.putNew ${all[0].split('/')[0]}`, () => blobs.putNew(...all)),
    open: (...all) => around(`blobs.open ${all[0].split('/')[0]}`, () => blobs.open(...all)),
    copy: (...all) => around('blobs.copy', () => blobs.copy(...all)),
    labels: (...all) => around('blobs.labels', () => blobs.labels(...all)),
    remove: (...all) => around('blobs.remove', () => blobs.remove(...all)),
  }
  return { intake: { ...whole, blobs: dyingBlobs, sessions: openSessions(dyingTable, async () => undefined) }, calls }
}
