import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEndpoint } from '../../infra/local/endpoint.ts'
import { startHost, type RunningHost } from '../../infra/local/host.ts'
import { createStore } from '../../infra/local/store.ts'
import { synthesize } from '../../infra/local/synthesize.ts'
import { loadTemplate } from '../../infra/local/template.ts'
import { ADMIN, clientWith } from './client.ts'

const TAKEN = 'dynamodb:PutItem'
const lines: string[] = []
let folder: string
let host: RunningHost
let origin: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leadline-grants-'))
  const endpoint = await openEndpoint(0)
  origin = `http://127.0.0.1:${endpoint.port}`
  const assembly = await synthesize(join(folder, 'build'), { issuer: `${origin}/_local/oidc`, audience: 'leadline-local', mailDomain: 'leadline.example', mailAddress: 'crm@leadline.example', firstAdminEmail: ADMIN })
  await takeGrantFromItems(assembly)
  const place = { region: 'eu-west-1', accountId: '000000000000', origin }
  const template = await loadTemplate(assembly, place)
  host = await startHost({ endpoint, place, template, store: createStore(folder), smtpPort: 0, dataFolder: folder, dynamodbUrl: undefined, mailAddress: 'crm@leadline.example', log: (line) => lines.push(line), verbose: false })
})
afterAll(async () => {
  await host.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Takes one action out of the policy of the function that serves items, as if a grant had been forgotten in CDK. */
async function takeGrantFromItems(assembly: string): Promise<void> {
  for (const file of (await readdir(assembly)).filter((name) => name.endsWith('.template.json'))) {
    const template = JSON.parse(await readFile(join(assembly, file), 'utf8')) as { Resources: Record<string, { Type: string; Properties: { PolicyDocument: { Statement: { Action: string | string[] }[] } } }> }
    for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
      if (Type !== 'AWS::IAM::Policy' || !logicalId.startsWith('ItemsHttp')) continue
      for (const statement of Properties.PolicyDocument.Statement) if (Array.isArray(statement.Action)) statement.Action = statement.Action.filter((action) => action !== TAKEN)
    }
    await writeFile(join(assembly, file), JSON.stringify(template))
  }
}

describe('a function without a grant it needs', () => {
  it('fails on one machine as it would on AWS: the log names function, action and resource', async () => {
    const answer = await fetch(`${origin}/_local/oidc/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'password', username: ADMIN, password: 'x' }) })
    const admin = clientWith(((await answer.json()) as { access_token: string }).access_token, origin)
    expect((await admin('GET', '/v1/me')).status).toBe(200)
    expect((await admin('GET', '/v1/items/deal')).status).toBe(200)
    expect(await admin('POST', '/v1/items/deal', { title: 'Refused' })).toMatchObject({ status: 500, body: { code: 'internal' } })
    const refusal = lines.find((line) => line.includes('not authorized to perform'))
    expect(refusal).toMatch(/ItemsHttp\w*/)
    expect(refusal).toContain(`${TAKEN} on resource: arn:aws:dynamodb:eu-west-1:000000000000:table/`)
  })
})
