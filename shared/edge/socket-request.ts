import { isRecord, parseStorable } from '../kernel/json.ts'
import { Problem } from '../kernel/problem.ts'

/** What a client sent over its connection, before anything of it is believed. */
export interface SocketRequest {
  /** Null where there is none that could be answered with. */
  readonly id: string | null
  readonly action: string
  /** Everything besides `id` and `action`. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly malformed?: Problem
}

const LONGEST_ID = 64

/** Reads a message as JSON; what is wrong with it is told, not thrown, so that it can be answered under its id. */
export function readRequest(body: string): SocketRequest {
  const nothing = { id: null, action: '', fields: {} }
  const parsed = parseJson(body)
  if (parsed instanceof Problem) return { ...nothing, malformed: parsed }
  if (!isRecord(parsed)) return { ...nothing, malformed: new Problem('invalid', 'request.malformed', 'A message is a JSON object with an action and an id.') }
  const { id, action, ...fields } = parsed
  const isId = typeof id === 'string' && id.length >= 1 && id.length <= LONGEST_ID
  return { id: isId ? id : null, action: typeof action === 'string' ? action : '', fields }
}

function parseJson(text: string): unknown {
  try {
    return parseStorable(text, () => new SyntaxError('There is no field __proto__.'))
  } catch (error) {
    return new Problem('invalid', 'request.malformed', `The message is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}`)
  }
}
