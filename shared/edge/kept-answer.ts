import { createHash } from 'node:crypto'
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { cutToBytes } from '../kernel/clean-text.ts'
import type { Key, Row, Table } from '../platform/table.ts'

export type Answer = APIGatewayProxyStructuredResultV2

/** Smaller answers lie in the row of their key, in its transaction, where each kilobyte counts twice. */
const MOST_BYTES_IN_THE_KEY = 200_000
/** A row holds 400 KB. */
const BYTES_OF_A_PART = 390_000

/** What the row of a key holds of the answer: all of it, or which rows beside it do. */
export type Kept = { readonly answer: string } | { readonly answerParts: number; readonly answerName: string }

/** Stores what is too large for the row of the key in rows beside it. They mean nothing until that row names them, so they are stored before it; who never comes to that leaves them to their expiry. */
export async function keepAnswer(table: Table, key: Key, answer: Answer, expiresAt: number): Promise<Kept> {
  const text = JSON.stringify(answer)
  if (Buffer.byteLength(text) <= MOST_BYTES_IN_THE_KEY) return { answer: text }
  const name = createHash('sha256').update(text).digest('base64url')
  const parts = piecesOf(text)
  await Promise.all(parts.map((part, number) => table.write({ put: { ...partKey(key, name, number), kind: 'onceAnswer', part, expiresAt } })))
  return { answerParts: parts.length, answerName: name }
}

/** The answer that the row of a key holds or names; undefined where there is none yet. */
export async function keptAnswer(table: Table, row: Row): Promise<Answer | undefined> {
  const { answer, answerParts, answerName } = row
  if (typeof answer === 'string') return JSON.parse(answer) as Answer
  if (typeof answerParts !== 'number') return undefined
  const keys = Array.from({ length: answerParts }, (_, number) => partKey(row, String(answerName), number))
  const parts = new Map((await table.getMany(keys, { consistent: true })).map(({ sk, part }) => [sk, String(part)]))
  // Rows that expire together do not go together.
  return parts.size < answerParts ? undefined : (JSON.parse(keys.map(({ sk }) => parts.get(sk)).join('')) as Answer)
}

/** The name tells two answers apart of which only one will count. */
function partKey({ pk }: Key, name: string, number: number): Key {
  return { pk, sk: `ANSWER#${name}#${number}` }
}

function piecesOf(text: string): string[] {
  const parts: string[] = []
  for (let rest = text; rest !== ''; rest = rest.slice(parts.at(-1)?.length)) parts.push(cutToBytes(rest, BYTES_OF_A_PART).text)
  return parts
}
