import type { EngineAnswer } from './connection.ts'
import type { Request } from './request.ts'
import { writing } from './request.ts'

/** Capacity units that a call used. */
export interface Units {
  readonly readUnits: number
  readonly writeUnits: number
}

interface Consumed {
  readonly CapacityUnits?: number
  readonly ReadCapacityUnits?: number
  readonly WriteCapacityUnits?: number
}

/** The body of a call, so that the answer tells what it used. */
export function askingForUnits(request: Request, body: string): string {
  if (Object.keys(request).length === 0) return body
  if (request.ReturnConsumedCapacity === undefined) return `{"ReturnConsumedCapacity":"INDEXES",${body.slice(body.indexOf('{') + 1)}`
  return request.ReturnConsumedCapacity === 'NONE' ? JSON.stringify({ ...request, ReturnConsumedCapacity: 'INDEXES' }) : body
}

const member = '"ConsumedCapacity":'

/**
 * Takes the units out of an answer, which the caller sees only if it asked for them.
 *
 * A page of rows is not read for it: the engine tells the units last, and a text that is one JSON value from there to the
 * closing brace can stand at no other depth.
 */
export function takeUnits(operation: string, request: Request, answer: EngineAnswer): { text: string; units: Units } {
  const { text } = answer
  const isAsked = request.ReturnConsumedCapacity !== undefined && request.ReturnConsumedCapacity !== 'NONE'
  const at = text.lastIndexOf(member)
  if (answer.status !== 200 || at < 0) return { text, units: { readUnits: 0, writeUnits: 0 } }
  const tail = valueOf(text.slice(at + member.length, text.lastIndexOf('}')))
  if (tail !== undefined) {
    const before = text.slice(0, at).trimEnd()
    return { text: isAsked ? text : `${before.endsWith(',') ? before.slice(0, -1) : before}}`, units: unitsOf(operation, tail) }
  }
  const { ConsumedCapacity, ...rest } = JSON.parse(text) as { ConsumedCapacity?: Consumed | Consumed[] }
  return { text: isAsked ? text : JSON.stringify(rest), units: unitsOf(operation, ConsumedCapacity ?? []) }
}

function valueOf(text: string): Consumed | Consumed[] | undefined {
  try {
    return JSON.parse(text) as Consumed | Consumed[]
  } catch {
    return undefined // not the last member
  }
}

function unitsOf(operation: string, consumed: Consumed | Consumed[]): Units {
  let readUnits = 0
  let writeUnits = 0
  for (const entry of Array.isArray(consumed) ? consumed : [consumed]) {
    const isSplit = entry.ReadCapacityUnits !== undefined || entry.WriteCapacityUnits !== undefined
    if (isSplit) {
      readUnits += entry.ReadCapacityUnits ?? 0
      writeUnits += entry.WriteCapacityUnits ?? 0
    } else if (writing.has(operation)) writeUnits += entry.CapacityUnits ?? 0
    else readUnits += entry.CapacityUnits ?? 0
  }
  return { readUnits, writeUnits }
}
