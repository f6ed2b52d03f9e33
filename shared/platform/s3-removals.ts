import { createHash } from 'node:crypto'
import type { S3Answer, S3Call } from './s3-calls.ts'
import { S3Refusal } from './s3-calls.ts'

interface Asked {
  readonly key: string
  resolve(): void
  reject(error: unknown): void
}

const MOST_AT_ONCE = 1000

/** Removes objects. What is to be removed while a call is under way goes together in the next one. Removing what is not there is no error. */
export function createRemoval(call: (call: S3Call) => Promise<S3Answer>): (key: string) => Promise<void> {
  let waiting: Asked[] = []
  let isRemoving = false

  const removeAll = async (): Promise<void> => {
    isRemoving = true
    while (waiting.length > 0) {
      const some = waiting.slice(0, MOST_AT_ONCE)
      waiting = waiting.slice(MOST_AT_ONCE)
      try {
        await removeSome(call, some.map(({ key }) => key))
        for (const one of some) one.resolve()
      } catch (error) {
        for (const one of some) one.reject(error)
      }
    }
    isRemoving = false
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject })
      if (!isRemoving) void removeAll()
    })
}

async function removeSome(call: (call: S3Call) => Promise<S3Answer>, keys: readonly string[]): Promise<void> {
  const [only] = keys
  if (only !== undefined && keys.length === 1) return void (await call({ method: 'DELETE', key: only }))
  const body = `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>${keys.map((key) => `<Object><Key>${asXml(key)}</Key></Object>`).join('')}</Delete>`
  const digest = createHash('md5').update(body).digest('base64')
  const answer = (await call({ method: 'POST', key: '', query: 'delete=', headers: { 'content-type': 'application/xml', 'content-md5': digest }, body })).body.toString()
  const code = /<Error>.*?<Code>([^<]*)<\/Code>/s.exec(answer)?.[1]
  if (code !== undefined) throw new S3Refusal(code, 200, 'for one of several objects that were to be removed')
}

function asXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
