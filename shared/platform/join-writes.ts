import { ConditionFailed, MOST_WRITES_AT_ONCE, type Key, type Table, type Write } from './table.ts'

/** As many rows as fit into one transaction (4 MB), be each as large as a row can be. */
const MOST_PARTIES = 8

interface Party {
  readonly writes: readonly Write[]
  resolve(): void
  reject(error: unknown): void
}

/**
 * The same table for many who write at the same time, each for himself: what is to be written while a transaction is under way goes into the next one together,
 * which spares calls (not units). Whose condition fails learns of it alone; the others are written all the same.
 */
export function joinWrites(table: Table): Table {
  let waiting: Party[] = []
  let isWriting = false

  const writeAll = async (): Promise<void> => {
    isWriting = true
    // Those who come within the same moment go together from the first.
    await undefined
    while (waiting.length > 0) {
      const together = partiesThatFit(waiting)
      waiting = waiting.filter((party) => !together.includes(party))
      const again = await writeTogether(table, together)
      waiting = [...again, ...waiting]
    }
    isWriting = false
  }

  return {
    ...table,
    write: (...writes) =>
      new Promise((resolve, reject) => {
        waiting.push({ writes, resolve, reject })
        if (!isWriting) void writeAll()
      }),
  }
}

/** From the front, as many as may stand in one transaction: no row twice. */
function partiesThatFit(waiting: readonly Party[]): Party[] {
  const fitting: Party[] = []
  const rows = new Set<string>()
  let count = 0
  for (const party of waiting) {
    const own = party.writes.map(rowOf)
    if (fitting.length > 0 && (count + own.length > MOST_WRITES_AT_ONCE || own.some((row) => rows.has(row)))) continue
    own.forEach((row) => rows.add(row))
    count += own.length
    fitting.push(party)
    if (fitting.length === MOST_PARTIES) break
  }
  return fitting
}

/** Gives those who were only held up by another's condition. */
async function writeTogether(table: Table, parties: readonly Party[]): Promise<Party[]> {
  const [only] = parties
  if (only && parties.length === 1) {
    await table.write(...only.writes).then(only.resolve, only.reject)
    return []
  }
  try {
    await table.write(...parties.flatMap(({ writes }) => writes))
    for (const party of parties) party.resolve()
    return []
  } catch (error) {
    if (error instanceof ConditionFailed) return withoutFailed(parties, error)
    // Whatever it was, it may be the matter of one of them alone.
    await Promise.all(parties.map((party) => table.write(...party.writes).then(party.resolve, party.reject)))
    return []
  }
}

function withoutFailed(parties: readonly Party[], { failed }: ConditionFailed): Party[] {
  const again: Party[] = []
  let from = 0
  for (const party of parties) {
    const own = failed.map((position) => position - from).filter((position) => position >= 0 && position < party.writes.length)
    if (own.length > 0) party.reject(new ConditionFailed(own))
    else again.push(party)
    from += party.writes.length
  }
  return again
}

function rowOf(write: Write): string {
  const { pk, sk } = keyOf(write)
  return `${pk}\n${sk}`
}

function keyOf(write: Write): Key {
  if ('put' in write) return write.put
  if ('update' in write) return write.update
  return 'delete' in write ? write.delete : write.check
}
