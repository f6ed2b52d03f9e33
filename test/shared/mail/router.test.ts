import { describe, expect, it } from 'vitest'
import { candidatesOf } from '../../../shared/mail/candidates.ts'
import type { Letter } from '../../../shared/mail/letter.ts'
import { route, type EarlierMail, type Facts, type Routing } from '../../../shared/mail/router.ts'
import type { Standing } from '../../../shared/mail/standing.ts'
import { aLetter, person } from './mails.ts'

const prefixes = new Map(Object.entries({ lead: 'LID#', contact: 'CID#', company: 'COID#', deal: 'DID#' }))
const ours = (address: string): 'crm' | 'employee' | undefined => (address === 'crm@leadline.example' ? 'crm' : address.endsWith('@leadline.example') ? 'employee' : undefined)
const employee: Standing & { as: 'employee' } = { as: 'employee', userId: 'usr_sam' }
const customer: Standing & { as: 'customer' } = { as: 'customer' }

const crm = person('crm@leadline.example')
const anna = person('Anna@Example.org', 'Anna')
const ben = person('ben@example.org')

interface World {
  readonly holders?: Record<string, readonly string[]>
  readonly keyed?: Record<string, { addresses?: string[]; linked?: string[] }>
  readonly threads?: Record<string, readonly { bindings: readonly string[]; people?: readonly string[]; settled?: boolean }[]>
}

const refOf = (text: string) => ({ type: text.split('#')[0] ?? '', id: Number(text.split('#')[1]) })

function factsOf({ holders = {}, keyed = {}, threads = {} }: World): Facts {
  const mail = ({ bindings, people = [], settled = true }: { bindings: readonly string[]; people?: readonly string[]; settled?: boolean }): EarlierMail => ({ bindings: bindings.map(refOf), people: new Set(people), settled })
  return {
    holders: new Map(Object.entries(holders).map(([address, refs]) => [address, refs.map(refOf)])),
    keyed: new Map(Object.entries(keyed).map(([ref, { addresses = [], linked = [] }]) => [ref, { addresses, linked: linked.map(refOf) }])),
    threads: new Map(Object.entries(threads).map(([id, mails]) => [id, mails.map(mail)])),
  }
}

function routed(letter: Partial<Letter>, standing: typeof employee | typeof customer, world: World = {}): Routing {
  const whole = aLetter({ from: [standing.as === 'employee' ? person('sam@leadline.example') : anna], to: [crm], ...letter })
  return route(candidatesOf(whole, standing, prefixes, ours), standing, factsOf(world))
}

const boundTo = ({ bindings }: Routing): string[] => bindings.map(({ type, id }) => `${type}#${id}`)
const rules = ({ trace }: Routing): string[] => trace.map(({ rule }) => rule)
const refusals = ({ trace }: Routing): string[] => trace.flatMap(({ rule, refused }) => refused.map(({ by, reason }) => `${rule}: ${by} ${reason}`))

describe('SNS-2 an employee\'s mail with a copy to the CRM', () => {
  const world: World = { holders: { 'anna@example.org': ['lead#1', 'contact#12', 'company#5'], 'ben@example.org': ['contact#13'], 'boss@leadline.example': ['contact#99'], 'crm@leadline.example': ['contact#98'] } }

  it('stands on every lead, contact and company that holds an address in To or Cc', () => {
    const routing = routed({ to: [anna], cc: [crm, ben] }, employee, world)
    expect(boundTo(routing)).toEqual(['lead#1', 'contact#12', 'company#5', 'contact#13'])
    expect(routing.status).toBe('routed')
    expect(rules(routing)).toEqual(['key', 'thread', 'recipients'])
  })

  it('is on none by an address of the CRM or of an employee', () => {
    const routing = routed({ to: [person('boss@leadline.example')], cc: [crm] }, employee, world)
    expect(routing).toMatchObject({ status: 'unsorted', bindings: [] })
    expect(refusals(routing)).toEqual(['recipients: boss@leadline.example ours'])
  })

  it('names each item once, however many of its addresses are there', () => {
    expect(boundTo(routed({ to: [anna, ben], cc: [anna] }, employee, { holders: { 'anna@example.org': ['contact#1'], 'ben@example.org': ['contact#1'] } }))).toEqual(['contact#1'])
  })

  it('waits unsorted when nobody holds the addresses, and says so', () => {
    const routing = routed({ to: [anna] }, employee)
    expect(routing.status).toBe('unsorted')
    expect(refusals(routing)).toEqual(['recipients: anna@example.org no_holder'])
  })

  it('does not look at the sender\'s own address', () => {
    expect(boundTo(routed({ to: [anna], from: [ben] }, employee, { holders: { 'ben@example.org': ['contact#13'] } }))).toEqual([])
  })
})

describe('SNS-3 an employee\'s mail to the CRM alone', () => {
  const world: World = { holders: { 'anna@example.org': ['contact#12'], 'ben@example.org': ['company#5'] } }

  it.each(['anna@example.org, ben@example.org', 'Anna <ANNA@example.org>; ben@example.org.', 'mailto:anna@example.org [ben@example.org]', '\n\n  anna@example.org ben@example.org\nsee below'])('stands on the holders of the addresses in its first line: %s', (text) => {
    const routing = routed({ text }, employee, world)
    expect(boundTo(routing)).toEqual(['contact#12', 'company#5'])
    expect(rules(routing)).toEqual(['key', 'thread', 'firstLine'])
  })

  it('counts colleagues in To and Cc as nobody', () => {
    expect(boundTo(routed({ text: 'anna@example.org', cc: [person('boss@leadline.example')] }, employee, world))).toEqual(['contact#12'])
  })

  it('looks at no other line', () => {
    const routing = routed({ text: 'Hello\nanna@example.org' }, employee, world)
    expect(routing.status).toBe('unsorted')
    expect(rules(routing)).toEqual(['key', 'thread', 'firstLine', 'recipients'])
  })

  it('does not count where To or Cc names somebody else, and says so', () => {
    const routing = routed({ text: 'anna@example.org', to: [person('nobody@example.org')] }, employee, world)
    expect(routing.status).toBe('unsorted')
    expect(refusals(routing)).toEqual(['firstLine: anna@example.org other_recipients', 'recipients: nobody@example.org no_holder'])
  })

  it('does not count for customers', () => {
    expect(routed({ from: [ben], text: 'anna@example.org' }, customer, { holders: { 'anna@example.org': ['contact#12'] } }).status).toBe('unsorted')
  })
})

describe('SNS-4 keys come before addresses', () => {
  const world: World = { holders: { 'anna@example.org': ['contact#12'] }, keyed: { 'deal#88': {}, 'lead#48': {} } }

  it.each([
    [{ subject: 'Re: [DID#88] offer' }, ['deal#88']],
    [{ text: 'About did#88 and LID#48' }, ['deal#88', 'lead#48']],
    [{ subject: 'VALID#48' }, ['contact#12']],
    [{ text: 'Hello', ownWords: 'Hello' }, ['contact#12']],
    [{ text: 'Hello\n> DID#88', ownWords: 'Hello' }, ['contact#12']],
  ])('%j', (letter, bindings) => {
    expect(boundTo(routed({ to: [anna], ...letter }, employee, world))).toEqual(bindings)
  })

  it('and reply threads stand beside them', () => {
    const routing = routed({ subject: 'DID#88', references: ['p@x'] }, employee, { ...world, threads: { 'p@x': [{ bindings: ['company#5'] }] } })
    expect(boundTo(routing)).toEqual(['deal#88', 'company#5'])
    expect(rules(routing)).toEqual(['key', 'thread'])
  })
})

describe('SNS-9 whose keys count', () => {
  it('an employee\'s only for items that they may read; else the mail waits for somebody, and no other rule guesses', () => {
    const routing = routed({ subject: 'DID#88', to: [anna] }, employee, { holders: { 'anna@example.org': ['contact#12'] } })
    expect(routing).toMatchObject({ status: 'unsorted', bindings: [] })
    expect(refusals(routing)).toEqual(['key: DID#88 unknown_or_unreadable'])
    expect(rules(routing)).toEqual(['key', 'thread'])
  })

  it('an employee\'s readable key counts beside an unreadable one', () => {
    expect(boundTo(routed({ subject: 'DID#88 DID#89' }, employee, { keyed: { 'deal#89': {} } }))).toEqual(['deal#89'])
  })

  it.each([
    ['the item holds their address', { 'lead#48': { addresses: ['anna@example.org'] } }, ['lead#48']],
    ['a contact linked to it does', { 'lead#48': { linked: ['contact#12'] } }, ['lead#48']],
    ['only a contact not linked to it does', { 'lead#48': { linked: ['contact#13'] } }, ['contact#12']],
    ['it holds another address', { 'lead#48': { addresses: ['ben@example.org'] } }, ['contact#12']],
    ['it is not there', {}, ['contact#12']],
  ])('a customer\'s where %s; else the next rule', (_, keyed, bindings) => {
    const routing = routed({ subject: 'LID#48' }, customer, { holders: { 'anna@example.org': ['contact#12'] }, keyed })
    expect(boundTo(routing)).toEqual(bindings)
    if (bindings[0] === 'contact#12') expect(refusals(routing)).toEqual(['key: LID#48 unknown_or_not_held'])
  })

  it('none where somebody only claims to be one of us', () => {
    const routing = routed({ from: [person('sam@leadline.example')], subject: 'LID#48', references: ['p@x'] }, customer, {
      keyed: { 'lead#48': { addresses: ['sam@leadline.example'] } },
      holders: { 'sam@leadline.example': ['contact#12'] },
      threads: { 'p@x': [{ bindings: ['deal#1'], people: ['sam@leadline.example'] }] },
    })
    expect(routing).toMatchObject({ status: 'unsorted', bindings: [] })
    expect(refusals(routing)).toEqual(['key: LID#48 sender_not_proven', 'thread: p@x sender_not_proven', 'sender: sam@leadline.example ours'])
  })
})

describe('SNS-5 replies follow their thread', () => {
  it('to the items of the nearest mail that has some', () => {
    const threads = { 'near@x': [{ bindings: [] }], 'far@x': [{ bindings: ['deal#1'] }], 'root@x': [{ bindings: ['deal#2'] }] }
    const routing = routed({ references: ['near@x', 'far@x', 'root@x'], to: [anna] }, employee, { threads, holders: { 'anna@example.org': ['contact#12'] } })
    expect(boundTo(routing)).toEqual(['deal#1'])
    expect(refusals(routing)).toEqual(['thread: near@x unbound'])
    expect(routing.awaits).toEqual(['near@x'])
  })

  it('SNS-9 a customer only among the people of that mail', () => {
    const threads = { 'p@x': [{ bindings: ['deal#1'], people: ['anna@example.org'] }] }
    expect(boundTo(routed({ references: ['p@x'] }, customer, { threads }))).toEqual(['deal#1'])
    const stranger = routed({ from: [ben], references: ['p@x'] }, customer, { threads, holders: { 'ben@example.org': ['contact#13'] } })
    expect(boundTo(stranger)).toEqual(['contact#13'])
    expect(refusals(stranger)).toEqual(['thread: p@x not_among_people'])
    expect(stranger.awaits).toEqual([])
  })

  it('SNS-6 waits for mails that have not come yet', () => {
    const routing = routed({ references: ['a@x', 'b@x', 'c@x', 'd@x', 'e@x', 'f@x'] }, customer)
    expect(routing.awaits).toEqual(['a@x', 'b@x', 'c@x', 'd@x', 'e@x'])
  })

  it('SNS-6 follows a mail that itself still waits for an earlier one', () => {
    const threads = { 'p@x': [{ bindings: ['contact#12'], settled: false }] }
    const routing = routed({ references: ['p@x'] }, employee, { threads })
    expect(boundTo(routing)).toEqual(['contact#12'])
    expect(routing.awaits).toEqual(['p@x'])
  })

  it('is not led astray by a later mail that forges the Message-ID of an earlier one', () => {
    const threads = { 'p@x': [{ bindings: ['deal#1'], people: ['anna@example.org'] }, { bindings: ['lead#666'], people: ['evil@example.org'] }] }
    expect(boundTo(routed({ references: ['p@x'] }, customer, { threads }))).toEqual(['deal#1'])
    expect(boundTo(routed({ references: ['p@x'] }, employee, { threads }))).toEqual(['deal#1'])
  })
})

describe('SNS-4 a customer\'s mail', () => {
  it('stands on the holders of its sender\'s address, when nothing comes before', () => {
    const routing = routed({ to: [crm, ben] }, customer, { holders: { 'anna@example.org': ['contact#12', 'lead#1'], 'ben@example.org': ['contact#13'] } })
    expect(boundTo(routing)).toEqual(['contact#12', 'lead#1'])
    expect(rules(routing)).toEqual(['key', 'thread', 'sender'])
  })
})

describe('limits', () => {
  it('an address held by very many items adds the mail to some and says that there are more', () => {
    const routing = routed({ to: [anna] }, employee, { holders: { 'anna@example.org': Array.from({ length: 900 }, (_, n) => `contact#${n + 1}`) } })
    expect(routing.bindings).toHaveLength(200)
    expect(refusals(routing)).toEqual(['recipients: anna@example.org too_many'])
  })

  it('a mail stands on so many items at most, and its trace names no others', () => {
    const holders = Object.fromEntries(Array.from({ length: 5 }, (_, a) => [`p${a}@example.org`, Array.from({ length: 150 }, (_, n) => `contact#${a * 1000 + n}`)]))
    const routing = routed({ to: Object.keys(holders).map((address) => person(address)) }, employee, { holders })
    expect(routing.bindings).toHaveLength(500)
    expect(routing.trace.flatMap(({ matched }) => matched)).toHaveLength(500)
    expect(refusals(routing)).toEqual(['recipients: p3@example.org too_many', 'recipients: p4@example.org too_many'])
  })
})
