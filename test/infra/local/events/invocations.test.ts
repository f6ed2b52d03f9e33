import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Resource } from '../../../../infra/local/contract.ts'
import { aResource } from '../../../support/a-host.ts'
import { until } from '../../../support/until.ts'
import { aBus, aFunction, anEventHost, aQueue, aRule, arnOf, failure } from './an-event-host.ts'
import type { EventHost } from './an-event-host.ts'

const put = (events: EventHost, detail: unknown): unknown => events.host.events.put({ source: 'leadline', detailType: 'x', detail, busName: 'crm' })
const toFunction = aRule('r', { Targets: [{ Id: '1', Arn: arnOf.func('f') }] })
const config = (properties: Record<string, unknown>): Resource => aResource({ type: 'AWS::Lambda::EventInvokeConfig', name: 'c', properties: { FunctionName: 'f', Qualifier: '$LATEST', ...properties } })

describe.concurrent('an event for a function', () => {
  it('is tried again after a failure', async () => {
    let calls = 0
    const events = await anEventHost([aBus('crm'), aFunction('f'), toFunction], { outcome: () => (++calls < 2 ? failure : { ok: true, payload: 1 }) })
    put(events, { n: 1 })
    await until(() => calls === 2)
    await events.close()
    expect(events.invoked.map(({ event }) => (event as { detail: unknown }).detail)).toEqual([{ n: 1 }, { n: 1 }])
  })

  it('goes to the function\'s dead-letter queue after three tries', async () => {
    const events = await anEventHost([aBus('crm'), aQueue('dead'), aFunction('f', { DeadLetterConfig: { TargetArn: arnOf.queue('dead') } }), toFunction], { outcome: () => failure })
    put(events, { n: 1 })
    await until(() => events.host.lines.length > 0)
    expect(events.invoked).toHaveLength(3)
    const [dead] = events.take('dead')
    expect(JSON.parse(dead?.body ?? '')).toMatchObject({ detail: { n: 1 } })
    expect(dead?.messageAttributes['ErrorMessage']?.stringValue).toBe('no [0m')
    await events.close()
  })

  it('goes to the failure destination with the circumstances, after as many tries as configured', async () => {
    const events = await anEventHost([
      aBus('crm'), aQueue('dead'), aFunction('f'), toFunction, config({ MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: arnOf.queue('dead') } } }),
    ], { outcome: () => failure })
    put(events, { n: 1 })
    await until(() => events.host.lines.length > 0)
    expect(events.invoked).toHaveLength(1)
    expect(JSON.parse(events.take('dead')[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 }, requestPayload: { detail: { n: 1 } }, responsePayload: { errorType: 'Error' },
    })
    await events.close()
  })

  it('is delivered as often as the fault injector says', async () => {
    const events = await anEventHost([aBus('crm'), aFunction('f'), toFunction], { faults: { deliveries: () => 2 } })
    put(events, {})
    await until(() => events.invoked.length >= 2)
    await events.close()
    expect(events.invoked).toHaveLength(2)
  })

  it('is there after a restart', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'leadline-events-'))
    const resources = [aBus('crm'), aFunction('f'), toFunction]
    const before = await anEventHost(resources, { dataFolder, outcome: () => failure })
    put(before, { n: 1 })
    await until(() => before.invoked.length === 1)
    await before.close()
    const after = await anEventHost(resources, { dataFolder })
    await until(() => after.invoked.length === 1)
    expect(after.invoked[0]?.event).toEqual(before.invoked[0]?.event)
    await after.close()
    await rm(dataFolder, { recursive: true })
  })

  it('is stored only if the transaction that put it is', async () => {
    const events = await anEventHost([aBus('crm'), aFunction('f'), toFunction])
    expect(() => events.host.store.transaction(() => {
      put(events, { n: 'lost' })
      throw new Error('no')
    })).toThrow('no')
    put(events, { n: 'kept' })
    await until(() => events.invoked.length > 0)
    await events.close()
    expect(events.invoked).toMatchObject([{ event: { detail: { n: 'kept' } } }])
  })

  it('stops the start where its destination cannot be played', async () => {
    await expect(anEventHost([aBus('crm'), aFunction('f'), toFunction, config({ DestinationConfig: { OnSuccess: { Destination: arnOf.queue('q') } } })])).rejects.toThrow('OnSuccess')
  })
})
