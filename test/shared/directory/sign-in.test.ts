import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { identify, releaseSignIn } from '../../../shared/directory/index.ts'
import type { User } from '../../../shared/workspace/index.ts'
import { aCompany, aUser, type TestCompany } from '../../support/company.ts'
import { problemOf } from '../../support/problems.ts'
import { aTable, type TestTable } from '../../support/table.ts'

let store: TestTable
let company: TestCompany
let server: Server
/** What the issuer's userinfo endpoint says: the token is the account's name. */
let answer: (token: string) => { status: number; body: object }

beforeAll(async () => {
  server = createServer((request, response) => {
    const { status, body } = request.url === '/userinfo' ? answer((request.headers.authorization ?? '').replace('Bearer ', '')) : { status: 200, body: { userinfo_endpoint: `${process.env['OIDC_ISSUER']}/userinfo` } }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.env['OIDC_ISSUER'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(aUser({ id: 'usr_ann' }))
})
afterAll(async () => {
  server.close()
  await store.close()
})
beforeEach(() => {
  answer = (token) => ({ status: 200, body: { sub: token, email: 'usr_ann@leadline.example', email_verified: true } })
})

const signIn = (subject: string): Promise<User> => company.as('', (ctx) => identify(ctx, { subject, token: subject }))

describe('a first sign-in', () => {
  it.each([400, 401, 403])('DIR-2, API-5: with a token about which the issuer says nothing (%i) is refused like that of nobody here, and says which token it takes', async (status) => {
    answer = () => ({ status, body: { error: 'insufficient_scope' } })
    const problem = await problemOf(signIn('api-token'))
    expect([problem.status, problem.code]).toEqual([403, 'user.not_here'])
    expect(problem.message).toContain('openid')
  })

  it.each([429, 500, 503])('DIR-2: may be tried again when the issuer fails (%i)', async (status) => {
    answer = () => ({ status, body: {} })
    await expect(signIn('early')).rejects.toThrow(`The issuer answered ${status}.`)
  })
})

describe('an account that was made anew', () => {
  it('DIR-2: is let in by the verified address once an administrator has released the former one', async () => {
    expect((await signIn('account-1')).id).toBe('usr_ann')
    expect((await problemOf(signIn('account-2'))).code).toBe('user.not_here')
    expect((await problemOf(company.as('usr_ann', (ctx) => releaseSignIn(ctx, { id: 'usr_ann' })))).status).toBe(403)
    expect((await problemOf(company.as(company.administratorId, (ctx) => releaseSignIn(ctx, { id: 'usr_none' })))).status).toBe(404)
    for (let time = 0; time < 2; time += 1) await company.as(company.administratorId, (ctx) => releaseSignIn(ctx, { id: 'usr_ann' }))
    expect((await signIn('account-2')).id).toBe('usr_ann')
    expect((await problemOf(signIn('account-1'))).code).toBe('user.not_here')
  })
})
