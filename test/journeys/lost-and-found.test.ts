import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalHost, type LocalHost } from '../support/local-host.ts'
import { ADMIN, clientWith, sendMail, timeline, until } from './client.ts'

/** These kill the host, or need a company for themselves, so they have one of their own. */
let host: LocalHost
beforeAll(async () => {
  host = await startLocalHost()
})
afterAll(() => host.stop())

describe('a company with one administrator', () => {
  it('ACC-12: the last one who may change settings stays', async () => {
    const admin = clientWith(await host.token(ADMIN), host.ready.api)
    const me = (await admin('GET', '/v1/me')).body
    expect(await admin('PATCH', `/v1/users/${String(me['id'])}`, { active: false })).toMatchObject({ status: 409, body: { code: 'access.last_administrator' } })
    expect((await admin('GET', '/v1/me')).status).toBe(200)
  })
})

const faults = [{ service: 'dynamodb', action: 'TransactWriteItems', when: 'before' }, { service: 'dynamodb', action: 'TransactWriteItems', when: 'after' }, { service: 's3', action: 'GetObject', when: 'after' }]

/** Waits until the fault has ended the host. */
async function struck({ ended }: LocalHost): Promise<void> {
  const late = AbortSignal.timeout(20_000)
  await Promise.race([ended(), new Promise((_, reject) => late.addEventListener('abort', () => reject(new Error('The fault never struck.'))))])
}

describe('after kill -9', () => {
  it('SNS-6: a mail that SMTP accepted is there, once, wherever the host was killed', async () => {
    let admin = clientWith(await host.token(ADMIN), host.ready.api)
    const { body } = await admin('POST', '/v1/items/contact', { firstName: 'Ida', emails: [{ value: 'ida@customer.example' }] })
    const mail = (n: number): Promise<void> => sendMail({ from: ADMIN, to: 'ida@customer.example', cc: host.ready.mailAddress, subject: `Mail ${n}`, text: 'Hello', messageId: `<mail-${n}@here.example>`, date: '2026-11-21T10:00:00Z', envelope: { from: ADMIN, to: [host.ready.mailAddress] } }, host.ready.smtp)
    await mail(faults.length)
    await host.kill()
    await host.restart()
    for (const [number, rule] of faults.entries()) {
      await host.fault({ function: 'inbound', do: 'kill-host', times: 1, ...rule })
      // Work left from before may meet the fault first: then this mail was not accepted, and its sender tries again.
      const accepted = await mail(number).then(() => true, () => false)
      await struck(host)
      await host.restart()
      if (!accepted) await mail(number)
    }
    admin = clientWith(await host.token(ADMIN), host.ready.api)
    const { value } = await until(async () => {
      const subjects = (await timeline(admin, 'contact', body['id'])).filter(({ kind }) => kind === 'mail.sent').map(({ data }) => data['subject'])
      return new Set(subjects).size > faults.length ? subjects : undefined
    }, 30_000)
    expect(value.toSorted()).toEqual(['Mail 0', 'Mail 1', 'Mail 2', 'Mail 3'])
  })

  it('what was answered is there after a restart, under another port too', async () => {
    const admin = clientWith(await host.token(ADMIN), host.ready.api)
    const made = await admin('POST', '/v1/items/deal', { title: 'Kept' })
    const { id } = (await admin('GET', '/v1/me')).body
    await host.kill()
    await host.restart()
    const again = clientWith(await host.token(ADMIN), host.ready.api)
    expect((await again('GET', `/v1/items/deal/${String(made.body['id'])}`)).body).toMatchObject({ title: 'Kept' })
    expect((await again('GET', '/v1/me')).body['id']).toBe(id)
  })
})
