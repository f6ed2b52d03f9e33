import { describe, expect, it, onTestFinished } from 'vitest'
import { openEndpoint } from '../../../infra/local/endpoint.ts'
import { createFunctions } from '../../../infra/local/functions.ts'
import { createMeter } from '../../../infra/local/meter.ts'
import { aFolder } from '../../support/a-folder.ts'
import { aResource } from '../../support/a-host.ts'
import { anAssembly } from '../../support/an-assembly.ts'

/** A handler that makes the event's number of signed calls, interleaved with what runs beside it. */
const source = `import { request } from 'node:http'
  const call = () => new Promise((resolve) => request(process.env.AWS_ENDPOINT_URL, { method: 'POST', headers: {
    authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/eu-west-1/dynamodb/aws4_request', 'x-amz-target': 'DynamoDB_20120810.GetItem' } },
    (answer) => answer.resume().on('end', resolve)).end())
  export const handler = async ({ calls }) => { for (let call_ = 0; call_ < calls; call_++) { await new Promise(r => setTimeout(r, 5)); await call() } }`

async function aMeteredFunction() {
  const folder = await anAssembly(await aFolder(), {}, { 'worker.mjs': source })
  const meter = createMeter(() => new Date())
  const endpoint = await openEndpoint(0)
  const origin = `http://127.0.0.1:${endpoint.port}`
  const func = aResource({ type: 'AWS::Lambda::Function', name: 'worker', properties: { Handler: 'worker.handler' } })
  const functions = createFunctions({
    place: { region: 'eu-west-1', accountId: '000000000000', origin },
    functions: [func],
    codeFolder: () => `${folder}/asset.code`,
    credentialsOf: () => ({ accessKeyId: 'ASIAWORKER', secretAccessKey: 'secret' }),
    around: (_name, run) => run(),
    began: meter.began,
    log: () => undefined,
    verbose: false,
  })
  onTestFinished(async () => {
    await functions.stop()
    await endpoint.close()
  })
  endpoint.serve({
    services: new Map([
      ['dynamodb', {
        name: 'dynamodb',
        start: async () => undefined,
        stop: async () => undefined,
        async handle(call) {
          meter.add(call, { action: 'GetItem', readUnits: 0.5, writeUnits: 0 })
          return { status: 200, body: '{}' }
        },
      }],
    ]),
    localDoors: [meter.door],
    edgeDoors: [],
    callerOf: () => ({ kind: 'function', functionName: 'worker', roleLogicalId: 'role' }),
    isBucket: () => false,
    around(call, action, run) {
      meter.count(call, action)
      return run()
    },
    log: () => undefined,
  })
  const address = `${origin}/_local/meter`
  return {
    invoke: (event: unknown) => functions.invoke(func.arn, event),
    forget: () => fetch(address, { method: 'DELETE' }),
    figures: async () => ((await (await fetch(address)).json()) as { routes: unknown }).routes,
  }
}

describe('the meter', () => {
  it('counts calls and units by route, also of requests that run in one function at the same time', async () => {
    const { invoke, figures } = await aMeteredFunction()
    await Promise.all([invoke({ version: '2.0', routeKey: 'GET /v1/one', calls: 3 }), invoke({ version: '2.0', routeKey: 'GET /v1/two', calls: 5 }), invoke({ Records: [], calls: 1 })])
    expect(await figures()).toEqual({
      'GET /v1/one': { requests: 1, calls: { 'dynamodb:GetItem': 3 }, readUnits: 1.5, writeUnits: 0 },
      'GET /v1/two': { requests: 1, calls: { 'dynamodb:GetItem': 5 }, readUnits: 2.5, writeUnits: 0 },
      worker: { requests: 1, calls: { 'dynamodb:GetItem': 1 }, readUnits: 0.5, writeUnits: 0 },
    })
  })

  it('begins anew when told to', async () => {
    const { invoke, figures, forget } = await aMeteredFunction()
    await invoke({ routeKey: 'GET /v1/one', calls: 1 })
    expect((await forget()).status).toBe(204)
    expect(await figures()).toEqual({})
  })
})
