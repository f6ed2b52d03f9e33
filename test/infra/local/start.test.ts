import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { aFolder } from '../../support/a-folder.ts'
import { startLocalHost } from '../../support/local-host.ts'
import type { LocalHost } from '../../support/local-host.ts'

const admin = 'admin@leadline.example'

/** Runs the command until it ends by itself. */
async function command(...args: string[]): Promise<{ code: number | null; said: string; printed: string }> {
  const child = spawn(process.execPath, ['infra/local/start.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [said, printed] = await Promise.all([text(child.stderr), text(child.stdout), once(child, 'close')])
  return { code: child.exitCode, said, printed }
}

async function aTakenPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return String(typeof address === 'object' && address !== null ? address.port : '')
}

describe('the start', () => {
  it('refuses an option that it does not know in one line', async () => {
    const { code, said, printed } = await command('--prot', '1')
    expect({ code, printed, lines: said.trim().split('\n').length }).toEqual({ code: 2, printed: '', lines: 1 })
    expect(said).toContain('--prot')
  })

  it.each(['--port', '--smtp-port'])('says in one line that the port of %s is taken', async (option) => {
    const taken = await aTakenPort()
    const other = option === '--port' ? '--smtp-port' : '--port'
    const { code, said } = await command('--data', await aFolder(), option, taken, other, '0')
    expect(code).toBe(1)
    expect(said).toBe(`leadline: Port ${taken} is in use; choose another with ${option}\n`)
  })
})

describe('a running host', () => {
  let host: LocalHost
  beforeAll(async () => {
    host = await startLocalHost()
    return () => host.stop()
  }, 60_000)

  it('has printed what clients need, with exactly the keys that were promised', () => {
    const { ready } = host
    const { port } = new URL(ready.api)
    expect(ready).toEqual({
      ready: true,
      api: `http://127.0.0.1:${port}`,
      websocket: `ws://127.0.0.1:${port}/ws`,
      smtp: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      issuer: `http://127.0.0.1:${port}/_local/oidc`,
      mailAddress: 'crm@leadline.example',
      outbox: `http://127.0.0.1:${port}/_local/outbox`,
    })
  })

  it('greets a newcomer with addresses, people and lines to copy', async () => {
    for (const expected of [host.ready.api, admin, 'curl -s smtp://', host.ready.mailAddress]) await expect.poll(() => host.log).toContain(expected)
  })

  it('lets the administrator in', async () => {
    const me = await host.request('GET', '/v1/me', { token: await host.token(admin) })
    expect(me.status).toBe(200)
    expect(me.json()).toMatchObject({ emails: [admin] })
    expect((await host.request('GET', '/v1/me')).status).toBe(401)
  })

  it('holds its data folder alone', async () => {
    const { code, said } = await command('--data', host.data, '--port', '0', '--smtp-port', '0')
    expect({ code, said }).toMatchObject({ code: 1, said: expect.stringContaining('is in use by another host') })
  })

  it('tells what a request has cost', async () => {
    await host.request('DELETE', '/_local/meter')
    await host.request('GET', '/v1/me', { token: await host.token(admin) })
    const { routes } = (await host.request('GET', '/_local/meter')).json<{ routes: Record<string, { requests: number; readUnits: number }> }>()
    expect(routes['GET /v1/me']).toMatchObject({ requests: 1 })
    expect(routes['GET /v1/me']?.readUnits).toBeGreaterThan(0)
  })

  it('still knows everything on another port after it was killed, and after it ended itself by a fault', async () => {
    const token = await host.token(admin)
    const made = await host.request('POST', '/v1/items/deal', { token, body: { title: 'Before the crash' } })
    expect(made.status).toBe(201)
    const { id } = made.json<{ id: number }>()
    const { id: me } = (await host.request('GET', '/v1/me', { token })).json<{ id: string }>()
    const before = host.ready.api
    await host.restart()
    expect(host.ready.api).not.toBe(before)
    expect((await host.request('GET', '/v1/me', { token: await host.token(admin) })).json()).toMatchObject({ id: me })
    expect(host.log).toContain(`--empty changes nothing: ${host.data} has a company already`)

    // Whoever calls first is hit: this request, or a reader of the stream that has its work to do again.
    const again = await host.token(admin)
    await host.fault({ do: 'kill-host', service: 'dynamodb', when: 'after' })
    await host.request('GET', '/v1/me', { token: again }).catch(() => undefined)
    await host.ended()
    await host.restart()
    const read = await host.request('GET', `/v1/items/deal/${id}`, { token: await host.token(admin) })
    expect(read.json()).toMatchObject({ title: 'Before the crash' })
  }, 60_000)

  it('ends cleanly when it is asked to', async () => {
    const other = await startLocalHost()
    expect(await other.stop()).toBe(0)
  }, 60_000)
})
