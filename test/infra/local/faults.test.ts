import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AwsAnswer, AwsCall } from '../../../infra/local/contract.ts'
import { openEndpoint } from '../../../infra/local/endpoint.ts'
import { createFaults } from '../../../infra/local/faults.ts'

async function aFaultyHost() {
  const killed: string[] = []
  const faults = createFaults({ kill: (name) => void killed.push(name), killHost: () => void killed.push('host'), log: () => undefined })
  const endpoint = await openEndpoint(0)
  onTestFinished(() => endpoint.close())
  endpoint.serve({
    services: new Map(), localDoors: [faults.door], edgeDoors: [], callerOf: () => undefined, isBucket: () => false, around: (_call, _action, run) => run(), log: () => undefined,
  })
  const address = `http://127.0.0.1:${endpoint.port}/_local/faults`
  const ask = async (rule: unknown): Promise<number> => (await fetch(address, { method: 'POST', body: JSON.stringify(rule) })).status
  let calls = 0
  const call = async (functionName = 'leadline-mail-MailInboundFunction1', action = 'PutItem', of?: AwsCall): Promise<AwsAnswer> =>
    faults.around(functionName, 'dynamodb', action, async () => {
      calls += 1
      return { status: 200 }
    }, of)
  return { faults, killed, ask, call, address, done: () => calls }
}

describe('trouble that is asked for', () => {
  it('stops a function before a call, which is then never made', async () => {
    const { ask, call, killed, done } = await aFaultyHost()
    expect(await ask({ function: 'mail/inbound', action: 'PutItem', do: 'kill' })).toBe(201)
    await expect(call()).rejects.toThrow('stopped before this call')
    expect(killed).toEqual(['leadline-mail-MailInboundFunction1'])
    expect(done()).toBe(0)
  })

  it('stops a function after a call, which has then been made', async () => {
    const { ask, call, killed, done } = await aFaultyHost()
    await ask({ when: 'after', do: 'kill' })
    await call()
    expect(killed).toHaveLength(1)
    expect(done()).toBe(1)
  })

  it('strikes as often as asked and only where asked', async () => {
    const { ask, call } = await aFaultyHost()
    await ask({ function: 'mail/inbound', service: 'dynamodb', action: 'PutItem', do: 'throttle', times: 2 })
    expect((await call('leadline-api-ItemsHttpFunction')).status).toBe(200)
    expect((await call(undefined, 'GetItem')).status).toBe(200)
    expect((await call()).body).toContain('ProvisionedThroughputExceededException')
    expect((await call()).status).toBe(400)
    expect((await call()).status).toBe(200)
  })

  it('makes a call wait', async () => {
    const { ask, call } = await aFaultyHost()
    await ask({ do: 'delay', milliseconds: 80 })
    const before = Date.now()
    await call()
    expect(Date.now() - before).toBeGreaterThanOrEqual(75)
  })

  it('lets a transaction conflict with a reason for each of its parts', async () => {
    const { ask, call } = await aFaultyHost()
    await ask({ do: 'conflict' })
    const body = Buffer.from(JSON.stringify({ TransactItems: [{}, {}] }))
    const of: AwsCall = {
      service: 'dynamodb', method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body, caller: { kind: 'host' }, raw: new IncomingMessage(new Socket()),
    }
    const answer = JSON.parse(String((await call(undefined, 'TransactWriteItems', of)).body)) as { __type: string; CancellationReasons: { Code: string }[] }
    expect(answer.__type).toContain('TransactionCanceledException')
    expect(answer.CancellationReasons.map(({ Code }) => Code)).toEqual(['TransactionConflict', 'None'])
  })

  it('delivers an event more than once', async () => {
    const { ask, faults } = await aFaultyHost()
    await ask({ function: 'outbox/publish', deliveries: 2 })
    expect(faults.deliveries('leadline-mail-MailInboundFunction1')).toBe(1)
    expect(faults.deliveries('leadline-events-OutboxPublishFunction')).toBe(2)
    expect(faults.deliveries('leadline-events-OutboxPublishFunction')).toBe(1)
  })

  it('loses the outcome of a whole invocation', async () => {
    const { ask, faults } = await aFaultyHost()
    await ask({ service: 'lambda', action: 'Invoke', when: 'after', do: 'kill' })
    expect(await faults.aroundInvocation('f', async () => ({ ok: true, payload: 1 }))).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' })
    expect(await faults.aroundInvocation('f', async () => ({ ok: true, payload: 1 }))).toEqual({ ok: true, payload: 1 })
  })

  it('ends the whole host', async () => {
    const { ask, call, killed } = await aFaultyHost()
    await ask({ do: 'kill-host', when: 'after' })
    await call()
    expect(killed).toEqual(['host'])
  })

  it('is listed until it is spent, and forgotten when asked', async () => {
    const { ask, call, address } = await aFaultyHost()
    await ask({ do: 'throttle', times: 3 })
    await call()
    expect(await (await fetch(address)).json()).toMatchObject({ items: [{ do: 'throttle', left: 2 }] })
    await fetch(address, { method: 'DELETE' })
    expect((await call()).status).toBe(200)
  })

  it.each([{}, { do: 'explode' }, { do: 'kill', deliveries: 2 }, { do: 'kill', often: 1 }, { do: 'delay', milliseconds: -1 }, 'text', { deliveries: 0 }])('is refused when it makes no sense: %j', async (rule) => {
    const { ask } = await aFaultyHost()
    expect(await ask(rule)).toBe(400)
  })
})
