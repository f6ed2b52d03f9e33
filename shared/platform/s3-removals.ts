import { createHash } from 'node:crypto'
import { createBatches } from '../kernel/batches.ts'
import type { S3Answer, S3Call } from './s3-calls.ts'
import { S3Refusal } from './s3-calls.ts'

const MOST_AT_ONCE = 1000

/** Removes objects. What is to be removed while a call is under way goes together in the next one. Removing what is not there is no error. */
export function createRemoval(call: (call: S3Call) => Promise<S3Answer>): (key: string) => Promise<void> {
  const batches = createBatches<string, void>(MOST_AT_ONCE, async (_bucket, keys) => {
    await removeSome(call, keys)
    return keys.map(() => ({ status: 'fulfilled', value: undefined }))
  })
  return (key) => batches('', key)
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
