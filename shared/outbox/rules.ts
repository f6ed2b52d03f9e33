import { itemOfRow, type Item } from '../items/index.ts'
import { sameValue } from '../kernel/json.ts'
import type { BusEvent } from '../platform/bus.ts'
import type { RowChange } from '../platform/stream.ts'

/** Values that would be longer are left out and named in `omitted` (API-6). */
const LONGEST_VALUES_BYTES = 32_000

/** The events that a change of a row means for the world outside: one for an item created, updated, deleted or restored (API-6). */
export function eventsOfChange({ eventId, before, after }: RowChange): BusEvent[] {
  if (after?.['kind'] !== 'item') return []
  const item = itemOfRow(after)
  const former = before && itemOfRow(before)
  // Stamped anew for the lists: nothing that anybody would call a change.
  if (former?.version === item.version) return []
  const what = !former ? 'created' : item.deletedAt !== undefined ? 'deleted' : former.deletedAt !== undefined ? 'restored' : 'updated'
  const { changes, omitted } = withinLimit(changedFields(former, item))
  return [
    {
      detailType: `${item.type}.${what}`,
      time: new Date(item.updatedAt),
      detail: {
        eventId,
        item: { type: item.type, id: item.id },
        version: item.version,
        changes,
        ...(omitted.length > 0 ? { omitted } : {}),
        actor: { userId: item.updatedBy, via: after['changedVia'] ?? 'user' },
        ...(after['causeId'] === undefined ? {} : { causeId: after['causeId'] }),
      },
    },
  ]
}

type Changes = Record<string, { old: unknown; new: unknown }>

function changedFields(before: Item | undefined, after: Item): Changes {
  const old = before ? factsOf(before) : {}
  const now = factsOf(after)
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => !sameValue(old[name], now[name]))
  return Object.fromEntries(names.map((name) => [name, { old: old[name] ?? null, new: now[name] ?? null }]))
}

function factsOf({ title, responsibleId, observerIds, opened, pipelineId, stageId, values }: Item): Record<string, unknown> {
  return { title, responsibleId, observerIds, opened, pipelineId, stageId, ...values }
}

/** Leaves out the longest values first until the rest fits. */
function withinLimit(changes: Changes): { changes: Changes; omitted: string[] } {
  const bySize = Object.entries(changes).map(([name, change]) => ({ name, change, bytes: Buffer.byteLength(JSON.stringify(change)) })).toSorted((a, b) => a.bytes - b.bytes)
  let bytes = 0
  const kept = bySize.filter((one) => (bytes += one.bytes) <= LONGEST_VALUES_BYTES)
  return { changes: Object.fromEntries(kept.map(({ name, change }) => [name, change])), omitted: bySize.filter((one) => !kept.includes(one)).map(({ name }) => name) }
}
