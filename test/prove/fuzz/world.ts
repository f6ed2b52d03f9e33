import { createTransport } from 'nodemailer'
import { startLocalHost, type LocalHost } from '../../support/local-host.ts'
import type { Things } from './requests.ts'

/** A running company with something of everything, and three people who may do very different things. */
export interface World {
  readonly host: LocalHost
  readonly tokens: readonly { readonly who: string; readonly token: string }[]
  readonly things: Things
}

const ADMINISTRATOR = 'admin@leadline.example'
const MANAGER = 'manager@leadline.example'
const NOBODY = 'nobody@leadline.example'

interface Page {
  readonly items: readonly { readonly id: string; readonly name: string }[]
}

export async function aWorld(): Promise<World> {
  const host = await startLocalHost()
  const token = await host.token(ADMINISTRATOR)
  const ask = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const answer = await host.request(method, path, { token, ...(body === undefined ? {} : { body }) })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.text === '' ? {} : answer.json<Record<string, unknown>>()
  }
  const department = await ask('POST', '/v1/departments', { name: 'North' })
  const manager = await ask('POST', '/v1/users', { name: 'Mia Manager', emails: [MANAGER], departmentIds: [department['id']] })
  await ask('POST', '/v1/users', { name: 'Noah Nobody', emails: [NOBODY] })
  const group = await ask('POST', '/v1/groups', { kind: 'user', name: 'Fair team', memberIds: [manager['id']] })
  const roles = (await ask('GET', '/v1/roles?limit=200')) as unknown as Page
  const role = roles.items.find(({ name }) => name === 'Manager')
  await ask('PUT', `/v1/roles/${role?.id ?? ''}/bindings`, { bindings: [{ kind: 'user', id: manager['id'] }] })
  const contact = await ask('POST', '/v1/items/contact', { firstName: 'Ida', emails: [{ value: 'ida@customer.example' }] })
  const company = await ask('POST', '/v1/items/company', { title: 'Lind & Sons' })
  const deal = await ask('POST', '/v1/items/deal', { title: 'Coffee machines', amount: '1200.00', responsibleId: manager['id'], companyId: company['id'], contactIds: [contact['id']] })
  const file = await ask('POST', '/v1/files', { name: 'offer.pdf', contentType: 'application/pdf', size: 10 })
  const lead = await ask('POST', '/v1/items/lead', { firstName: 'Lea', companyTitle: 'Sand & Co' })
  const chat = await ask('POST', `/v1/items/deal/${String(deal['id'])}/chat`)
  await ask('POST', `/v1/chats/${String(chat['id'])}/messages`, { clientId: 'first', text: 'Hello' })
  await ask('POST', '/v1/types/deal/fields', { code: 'colour', title: 'Colour', kind: 'string' })
  const messageId = await aMail(host, token, String(deal['id']))
  const tokens = await Promise.all([ADMINISTRATOR, MANAGER, NOBODY].map(async (email) => ({ who: email.split('@')[0] ?? '', token: await host.token(email) })))
  // Whoever comes first is written down; after this nobody is new.
  for (const one of tokens) await host.request('GET', '/v1/me', { token: one.token })
  return {
    host,
    tokens,
    things: {
      parts: {
        type: 'deal', id: String(deal['id']), userId: String(manager['id']), n: '0', number: '1',
        'users.id': String(manager['id']), 'departments.id': String(department['id']), 'groups.id': String(group['id']), 'roles.id': role?.id ?? '',
        'files.id': String(file['id']), 'chats.id': String(chat['id']), 'mail.id': messageId, '/v1/items/lead/{id}/convert.id': String(lead['id']), pipelineId: 'default', stageId: 'NEW', field: 'colour',
      },
      inBodies: new Map<unknown, unknown>([
        ['usr_4k7q9w2x8m3v6b1n', manager['id']],
        ['dep_5h2j8r4t7y1k3m6p', department['id']],
        ['grp_2f6g8h1j4k7m9n3p', group['id']],
        ['rol_7t3y9u1w5x2z8a4c', role?.id],
        ['fil_9d3f5g7h1j2k4m6n', file['id']],
        ['dep_8v1b4n6m2q5w7e9r', null],
        ['cht_3e7r1t5y9u2i4o6p', chat['id']],
        [16, 1],
        [88, deal['id']],
      ]),
    },
  }
}

/** Sends a mail to the CRM with the key of a deal, and gives its id when it stands in the deal's timeline. */
async function aMail(host: LocalHost, token: string, dealId: string): Promise<string> {
  const [name, port] = host.ready.smtp.split(':')
  const transport = createTransport({ host: name, port: Number(port), secure: false, ignoreTLS: true })
  await transport.sendMail({ from: ADMINISTRATOR, to: host.ready.mailAddress, subject: `Offer DID#${dealId}`, text: 'Here it is.', attachments: [{ filename: 'offer.txt', content: 'offer' }] })
  transport.close()
  for (let tries = 0; tries < 200; tries += 1) {
    const { items } = (await host.request('GET', `/v1/items/deal/${dealId}/timeline`, { token })).json<{ items: readonly { kind: string; data: { messageId?: string } }[] }>()
    const found = items.find(({ kind }) => kind.startsWith('mail.'))?.data.messageId
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The mail did not come in.')
}
