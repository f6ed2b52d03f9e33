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

describe('after kill -9', () => {
  it('SNS-6: a mail that SMTP accepted is there, once, wherever the host was killed', async () => {
    let admin = clientWith(await host.token(ADMIN), host.ready.api)
    const { body } = await admin('POST', '/v1/items/contact', { firstName: 'Ida', emails: [{ value: 'ida@customer.example' }] })
    const mail = (n: number): Promise<void> => sendMail({ from: ADMIN, to: 'ida@customer.example', cc: host.ready.mailAddress, subject: `Mail ${n}`, text: 'Hello', messageId: `<mail-${n}@here.example>`, date: '2026-11-21T10:00:00Z', envelope: { from: ADMIN, to: [host.ready.mailAddress] } }, host.ready.smtp)
    await mail(0)
    await host.kill()
    await host.restart()
    for (const rule of [{ service: 'dynamodb', action: 'TransactWriteItems', when: 'before' }, { service: 'dynamodb', action: 'TransactWriteItems', when: 'after' }, { service: 's3', action: 'GetObject', when: 'after' }]) {
      await host.fault({ function: 'inbound', do: 'kill-host', times: 1, ...rule })
      await mail(1).catch(() => undefined)
      await Promise.race([host.ended(), new Promise((resolve) => setTimeout(resolve, 5000))])
      await host.restart()
    }
    admin = clientWith(await host.token(ADMIN), host.ready.api)
    const { value } = await until(async () => {
      const subjects = (await timeline(admin, 'contact', body['id'])).filter(({ kind }) => kind === 'mail.sent').map(({ data }) => data['subject'])
      return subjects.includes('Mail 0') && subjects.includes('Mail 1') ? subjects : undefined
    }, 30_000)
    expect(value.toSorted()).toEqual(['Mail 0', 'Mail 1'])
  })

  it('what was answered is there after a restart, under another port too', async () => {
    const admin = clientWith(await host.token(ADMIN), host.ready.api)
    const made = await admin('POST', '/v1/items/deal', { title: 'Kept' })
    await host.kill()
    await host.restart()
    const again = clientWith(await host.token(ADMIN), host.ready.api)
    expect((await again('GET', `/v1/items/deal/${String(made.body['id'])}`)).body).toMatchObject({ title: 'Kept' })
    expect((await again('GET', '/v1/me')).body['id']).toBe((await admin('GET', '/v1/me').catch(() => again('GET', '/v1/me'))).body['id'])
  })
})
