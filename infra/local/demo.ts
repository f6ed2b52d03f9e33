import { createTransport } from 'nodemailer'
import { companies, contacts, deals, departments, leads, mails, papers, people } from './demo/content.ts'
import type { Person } from './greeting.ts'

/** Who can sign in to the demo company. */
export const demoPeople: readonly Person[] = [{ email: 'admin@leadline.example', role: 'Administrator' }, ...people.map(({ email, title }) => ({ email, role: title }))]

interface Addresses {
  readonly api: string
  readonly issuer: string
  readonly smtp: string
  readonly mailAddress: string
}

type Json = Record<string, unknown>
type Call = (method: string, path: string, body?: unknown) => Promise<Json>

/** Fills the demo company as any client would: over the API, and by mail. */
export async function seedDemo({ api, issuer, smtp, mailAddress }: Addresses): Promise<void> {
  const as = async (email: string): Promise<Call> => caller(api, await signIn(issuer, email))
  const admin = await as('admin@leadline.example')
  const departmentIds = await makeDepartments(admin)
  const userIds = await makePeople(admin, departmentIds)
  await bindRoles(admin, userIds, departmentIds)
  for (const { name, head } of departments) if (head) await admin('PATCH', `/v1/departments/${departmentIds.get(name)}`, { headId: userIds.get(head) })
  // Everybody signs in once before the first item: a first sign-in changes the company, and a creation that is repeated for it skips a number.
  for (const { email } of people) await (await as(email))('GET', '/v1/me')
  for (const { owner, ...company } of companies) await (await as(owner))('POST', '/v1/items/company', company)
  for (const { owner, ...contact } of contacts) await (await as(owner))('POST', '/v1/items/contact', contact)
  for (const { owner, ...lead } of leads) await (await as(owner))('POST', '/v1/items/lead', lead)
  for (const { owner, type, ...paper } of papers) await (await as(owner))('POST', `/v1/items/${type}`, paper)
  for (const { owner, observers = [], stages = [], says = [], ...deal } of deals) {
    const seller = await as(owner)
    const made = await seller('POST', '/v1/items/deal', { ...deal, observerIds: observers.map((email) => userIds.get(email)) })
    for (const stageId of stages) await seller('PATCH', `/v1/items/deal/${String(made['id'])}`, { stageId })
    await talk(seller, `/v1/items/deal/${String(made['id'])}`, says)
  }
  await sendMails(smtp, mailAddress)
}

/** Opens the chat of an item and says something in it. */
async function talk(seller: Call, item: string, texts: readonly string[]): Promise<void> {
  if (texts.length === 0) return
  const chat = await seller('POST', `${item}/chat`, {})
  for (const [place, text] of texts.entries()) await seller('POST', `/v1/chats/${String(chat['id'])}/messages`, { clientId: `demo-${place}`, text })
}

async function makeDepartments(admin: Call): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (const { name, parent } of departments) ids.set(name, String((await admin('POST', '/v1/departments', { name, parentId: parent ? ids.get(parent) : null }))['id']))
  return ids
}

async function makePeople(admin: Call, departmentIds: Map<string, string>): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (const { email, name, department } of people) ids.set(email, String((await admin('POST', '/v1/users', { name, emails: [email], departmentIds: [departmentIds.get(department)] }))['id']))
  return ids
}

async function bindRoles(admin: Call, userIds: Map<string, string>, departmentIds: Map<string, string>): Promise<void> {
  const roles = (await admin('GET', '/v1/roles'))['items'] as { id: string; name: string; bindings: unknown[] }[]
  const bindings: Readonly<Record<string, unknown[]>> = {
    Manager: [{ kind: 'department', id: departmentIds.get('Sales'), scope: 'subdepartments' }],
    'Head of department': people.filter(({ role }) => role === 'Head of department').map(({ email }) => ({ kind: 'user', id: userIds.get(email) })),
    'Chief executive': people.filter(({ role }) => role === 'Chief executive').map(({ email }) => ({ kind: 'user', id: userIds.get(email) })),
  }
  for (const role of roles) if (bindings[role.name]) await admin('PUT', `/v1/roles/${role.id}/bindings`, { bindings: bindings[role.name] })
}

async function sendMails(smtp: string, mailAddress: string): Promise<void> {
  const [host, port] = smtp.split(':')
  const transport = createTransport({ host, port: Number(port), secure: false, ignoreTLS: true })
  for (const { from, to, subject, text, html } of mails) await transport.sendMail({ from, to, cc: mailAddress, subject, text, html })
  transport.close()
}

async function signIn(issuer: string, email: string): Promise<string> {
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'password', username: email, password: 'demo' }) })
  return String(((await answer.json()) as Json)['access_token'])
}

function caller(api: string, token: string): Call {
  return async (method, path, body) => {
    const answer = await fetch(api + path, { method, headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}) })
    if (!answer.ok) throw new Error(`The demo company could not be made: ${method} ${path} answered ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Json
  }
}
