import { replyAddressOf } from '../../../shared/mail/index.ts'
import { aUser } from '../../support/company.ts'
import { aMailRoom, CRM, type MailRoom } from '../../shared/mail/a-mail-room.ts'
import type { ModelCompany, ModelItem, ModelMail, ModelUser } from './model.ts'
import type { Random } from './random.ts'

/** A company as the model knows it, and the same one in the product. */
export interface World {
  readonly room: MailRoom
  readonly company: ModelCompany
  /** Signed addresses by item. */
  readonly replyAddresses: ReadonlyMap<string, string>
}

const PREFIXES: Readonly<Record<string, string>> = { lead: 'LID#', contact: 'CID#', company: 'COID#', deal: 'DID#' }
const CUSTOMERS = Array.from({ length: 40 }, (_, n) => `customer${n}@example${n % 3}.org`)
const STRANGERS = Array.from({ length: 10 }, (_, n) => `stranger${n}@example.net`)

export async function aWorld(random: Random, items: number): Promise<World> {
  const room = await aMailRoom()
  const users: ModelUser[] = Array.from({ length: 6 }, (_, n) => ({ id: `usr_${n}`, emails: [`user${n}@leadline.example`, ...(n % 2 === 0 ? [`user${n}@other.example`] : [])], active: n !== 5, readsAll: n < 2 }))
  // The same key in every such company, so that the same mails have the same bytes.
  await room.company.add({ kind: 'SIGNING', id: 'key_proof', value: { id: 'key_proof', secret: Buffer.from('a key for proofs').toString('base64'), madeAt: '9999-01-01' } })
  await room.company.add(...users.map(({ id, emails, active }) => aUser({ id, emails: [...emails], active })))
  await room.company.bind('chiefExecutive', ...users.filter(({ readsAll }) => readsAll).map(({ id }) => ({ kind: 'user' as const, id })))
  await room.company.bind('manager', ...users.filter(({ readsAll }) => !readsAll).map(({ id }) => ({ kind: 'user' as const, id })))
  const made: ModelItem[] = []
  const put = async (type: ModelItem['type'], values: Record<string, unknown>, emails: readonly string[], linked: readonly string[]): Promise<void> => {
    const responsibleId = random.one(users.filter(({ active }) => active)).id
    const id = await room.make(type, { title: `${type}`, responsibleId, opened: false, ...values, ...(type === 'deal' ? {} : { emails: emails.map((value) => ({ value: random.chance(0.3) ? value.toUpperCase() : value })) }) })
    made.push({ type, id, responsibleId, emails: type === 'deal' ? [] : emails, linked })
  }
  const some = (): string[] => random.some([...CUSTOMERS, ...users.flatMap(({ emails }) => emails), CRM], 3)
  for (let n = 0; n < items; n += 1) await put(random.one(['lead', 'contact'] as const), {}, some(), [])
  const contacts = made.filter(({ type }) => type === 'contact')
  for (let n = 0; n < items / 4; n += 1) {
    const linked = random.some(contacts, 2)
    await put('company', { contactIds: linked.map(({ id }) => id) }, some(), linked.map(({ id }) => `contact#${id}`))
    const company = made.at(-1)
    // Both ends of a link know of it.
    for (const { id } of linked) made.forEach((one, place) => one.type === 'contact' && one.id === id && company && made.splice(place, 1, { ...one, linked: [...one.linked, `company#${company.id}`] }))
  }
  const companies = made.filter(({ type }) => type === 'company')
  for (let n = 0; n < items / 2; n += 1) {
    const people = random.some(contacts, 2)
    const company = random.chance(0.5) ? random.one(companies) : undefined
    await put('deal', { contactIds: people.map(({ id }) => id), ...(company ? { companyId: company.id } : {}) }, [], [...people.map(({ id }) => `contact#${id}`), ...(company ? [`company#${company.id}`] : [])])
  }
  const replyAddresses = await room.as(room.company.administratorId, async ({ workspace }) => new Map(made.map(({ type, id }) => [`${type}#${id}`, replyAddressOf(workspace, CRM, { type, id }) ?? ''])))
  return { room, company: { crm: [CRM], users, items: made }, replyAddresses }
}

/** A mail as the model sees it, and as its sender writes it. */
export interface GeneratedMail {
  readonly model: ModelMail
  readonly raw: string
  readonly source: string
  readonly verdict: string
}

/** Mails over all rules: from employees, customers, forgers and strangers, with keys, first lines, threads, reply addresses and what only looks like them. */
export function mailsOf(random: Random, { company, replyAddresses }: World, count: number, label: string): GeneratedMail[] {
  const mails: GeneratedMail[] = []
  const refs = company.items.map(({ type, id }) => ({ type, id }))
  const employees = company.users.flatMap(({ emails }) => emails)
  for (let n = 0; n < count; n += 1) {
    const name = `${label}${n}`
    const kind = random.one(['employee', 'employee', 'employee', 'forged', 'customer', 'customer', 'stranger', 'crm', 'two'] as const)
    const from = kind === 'employee' || kind === 'forged' ? [random.one(employees)] : kind === 'crm' ? [CRM] : kind === 'stranger' ? [random.one(STRANGERS)] : kind === 'two' ? [random.one(employees), random.one(CUSTOMERS)] : [random.one(CUSTOMERS)]
    const vouched = kind !== 'forged'
    const spam = random.chance(0.03)
    const people = random.chance(0.35) ? [] : [...random.some(CUSTOMERS, 3), ...random.some(STRANGERS, 1)]
    const ours = random.some(employees, 1)
    const to = [...people.slice(0, 1), ...ours, ...(people.length === 0 ? [CRM] : [])]
    const cc = [...people.slice(1), ...(people.length === 0 ? [] : [CRM])]
    const keys = random.chance(0.3) ? [...random.some(refs, 2), ...(random.chance(0.2) ? [{ type: 'deal', id: 9_000 + n }] : [])] : []
    const firstLine = random.chance(0.4) ? random.some([...CUSTOMERS, ...employees, ...STRANGERS], 3) : []
    const parent = mails.length > 0 && random.chance(0.3) ? random.one(mails).model : undefined
    const answers = parent ? [parent.name, ...(random.chance(0.5) ? parent.answers : [])].slice(0, 5) : random.chance(0.05) ? [`${label}nobody${n}`] : []
    const replyTo = random.chance(0.1) ? [random.one(refs)] : []
    const model: ModelMail = { name, from, vouched, spam, to, cc, keys, firstLine, answers, replyTo }
    mails.push({ model, raw: written(random, model, replyTo.map((ref) => replyAddresses.get(`${ref.type}#${ref.id}`) ?? '')), source: from[0] ?? '', verdict: `dmarc=${vouched ? 'PASS' : 'FAIL'}${spam ? ',spam=FAIL' : ''}` })
  }
  return mails
}

function written(random: Random, { name, from, to, cc, keys, firstLine, answers }: ModelMail, replyAddresses: readonly string[]): string {
  const cased = (text: string): string => (random.chance(0.5) ? text : random.chance(0.5) ? text.toUpperCase() : text.toLowerCase())
  const key = ({ type, id }: { type: string; id: number }): string => {
    const plain = cased(`${PREFIXES[type] ?? ''}${id}`)
    return random.chance(0.5) ? `[${plain}]` : plain
  }
  const person = (address: string): string => (random.chance(0.5) ? cased(address) : `"Some, Body" <${cased(address)}>`)
  const inSubject = keys.filter(() => random.chance(0.6))
  const inBody = keys.filter((one) => !inSubject.includes(one))
  // What is no key: behind a letter or digit, or in quoted history.
  const decoys = [random.chance(0.2) ? 'IN' : '', random.chance(0.2) ? 'VALID#1 XDID#1 9LID#2' : '']
  const first = firstLine.length > 0 ? firstLine.map((address) => (random.chance(0.3) ? `<${cased(address)}>` : cased(address))).join(random.one([', ', ' ', '; '])) : 'Hello,'
  const quoted = random.chance(0.4) ? ['', 'On 1 May 2026, Somebody <somebody@example.org> wrote:', '> DID#1 LID#1 CID#1', '> customer1@example1.org'] : []
  const bracketed = (id: string): string => (random.chance(0.8) ? `<${id}@proof.example>` : `${id}@proof.example`)
  const [nearest, ...further] = answers
  const recipients = [...to.map(person), ...replyAddresses.map(cased)]
  return [
    `From: ${from.map(person).join(', ')}`,
    `To: ${recipients.join(random.chance(0.5) ? ', ' : ',\r\n ')}`,
    ...(cc.length > 0 ? [`Cc: ${cc.map(person).join(', ')}`] : []),
    `Subject: ${name} ${inSubject.map(key).join(' ')} ${decoys.join(' ')}`.trim(),
    `Message-ID: ${bracketed(name)}`,
    ...(nearest === undefined ? [] : [`In-Reply-To: ${bracketed(nearest)}`]),
    ...(further.length > 0 ? [`References: ${further.toReversed().map((id) => `<${id}@proof.example>`).join(' ')}`] : []),
    'Content-Type: text/plain; charset=utf-8',
    '',
    ...(random.chance(0.3) ? ['', '  '] : []),
    first,
    inBody.map(key).join(' and '),
    ...quoted,
    '',
  ].join('\r\n')
}
