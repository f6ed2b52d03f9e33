import PostalMime from 'postal-mime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addObservers, createItem, deleteItem, removeObserver, updateItem } from '../../../shared/items/index.ts'
import { changeSettings, listNotifications, markRead, reactToEvent, readSettings } from '../../../shared/notifications/index.ts'
import { mailNotifications } from '../../../shared/notifications/mail-notifications.ts'
import { NOTE_KINDS, NotificationSettings, type NoteKind } from '../../../shared/notifications/schema.ts'
import { MailRefused, type Mailer, type OutgoingMail } from '../../../shared/platform/mailer.ts'
import { openSessions, type Ctx } from '../../../shared/workspace/index.ts'
import { aCompany, aUser, type TestCompany } from '../../support/company.ts'
import { aTable, type TestTable } from '../../support/table.ts'

const CRM = 'crm@leadline.example'
const ann = 'usr_ann'
let store: TestTable
let company: TestCompany
/** Who is told; each test has another. */
let bob: string
let serial = 0
let sent: { to: OutgoingMail['to']; raw: Uint8Array }[]
/** What SES does with the next mails; then it takes them. */
let answers: (() => Promise<string>)[]
let clock: Date

const mailer: Mailer = {
  async send({ to }, raw) {
    const answer = answers.shift()
    if (answer) return answer()
    sent.push({ to, raw })
    return 'id@eu-west-1.amazonses.com'
  },
  quota: async () => ({ perSecond: 1000, left: Infinity }),
}
const push = { send: async () => true, close: async () => undefined }

beforeAll(async () => {
  store = await aTable()
  company = await aCompany(store.table)
  await company.add(aUser({ id: ann, name: 'Ann Lee' }))
  await company.bind('manager', { kind: 'user', id: ann })
})
afterAll(() => store.close())
beforeEach(async () => {
  ;[sent, answers, clock] = [[], [], new Date()]
  bob = `usr_bob${(serial += 1)}`
  await company.add(aUser({ id: bob, name: 'Bob <Ray>' }))
})

const as = <T>(userId: string, work: (ctx: Ctx) => Promise<T>): Promise<T> => company.as(userId, work)
const wants = (...kinds: NoteKind[]) => as(bob, (ctx) => changeSettings({ ...ctx, mailAddress: CRM }, { values: NotificationSettings.parse({ mail: Object.fromEntries(kinds.map((kind) => [kind, true])) }) }))
const later = (seconds: number): void => void (clock = new Date(clock.getTime() + seconds * 1000))
const mailRun = (itemLink?: string) => mailNotifications({ table: store.table, sessions: openSessions(store.table), mailer, mailAddress: CRM, itemLink, now: () => clock }, () => 60_000)
const aDeal = async (title = 'Roof'): Promise<number> => Number((await as(ann, (ctx) => createItem(ctx, { type: 'deal', values: { title } })))['id'])
const react = (detail: object, type = 'deal.updated') => as(ann, ({ workspace, table }) => reactToEvent({ workspace, table, push, now: () => clock }, JSON.stringify({ 'detail-type': type, time: clock.toISOString(), detail })))

let events = 0
/** Makes Bob an observer of a deal, with all that follows from it. */
async function observed(deal: number): Promise<void> {
  await as(ann, (ctx) => addObservers(ctx, { type: 'deal', id: deal, values: { userIds: [bob] } }))
  await react({ eventId: `e${(events += 1)}`, item: { type: 'deal', id: deal }, version: 2, changes: { observerIds: { old: [], new: [bob] } }, actor: { userId: ann, via: 'user' } })
}
const read = async (place = 0) => PostalMime.parse(sent[place]?.raw ?? '')

describe('notifications by mail', () => {
  it('NTF-1: are off for every kind until the person wants them, and can be looked up and ended', async () => {
    expect(Object.values((await as(bob, readSettings)).mail)).toEqual(NOTE_KINDS.map(() => false))
    expect((await wants('mention')).mail).toMatchObject({ mention: true, 'observer.added': false })
    await observed(await aDeal())
    later(600)
    expect(await mailRun()).toMatchObject({ sent: 0 })
    await wants()
    expect((await as(bob, readSettings)).mail).toMatchObject({ mention: false })
    await expect(as(bob, (ctx) => changeSettings({ ...ctx, mailAddress: '' }, { values: NotificationSettings.parse({ mail: { mention: true } }) }))).rejects.toMatchObject({ code: 'mail.not_set_up' })
  })

  it('NTF-1: of some minutes go together, once, however often and by how many the work is done', async () => {
    await wants('observer.added')
    const deals = [await aDeal('Roof'), await aDeal('Cellar'), await aDeal('Attic')]
    await Promise.all(deals.map(observed))
    expect(await mailRun()).toMatchObject({ sent: 0 })
    later(200)
    const runs = await Promise.all([mailRun(), mailRun(), mailRun()])
    expect(runs.reduce((sum, { sent: count }) => sum + count, 0)).toBe(1)
    const mail = await read()
    expect(mail.subject).toBe('3 notifications')
    for (const title of ['Roof', 'Cellar', 'Attic']) expect(mail.text).toMatch(new RegExp(`Ann Lee made you an observer of Deal #\\d+ \\(${title}\\)\\.`))
    expect(sent[0]?.to).toEqual([{ name: 'Bob <Ray>', address: `${bob}@leadline.example` }])
    later(600)
    expect(await mailRun()).toMatchObject({ sent: 0, none: 0 })
  })

  it('NTF-1: say what happened in the subject when there is one, lead to the item, and ask no machine for an answer', async () => {
    await wants('observer.added')
    const deal = await aDeal('Roof & <b>gutter</b>')
    await observed(deal)
    later(200)
    await mailRun('https://crm.example.com/{type}/{id}')
    const mail = await read()
    expect(mail.subject).toBe(`Ann Lee made you an observer of Deal #${deal} (Roof & <b>gutter</b>)`)
    expect(mail.html).toContain(`<a href="https://crm.example.com/deal/${deal}">Ann Lee made you an observer of Deal #${deal} (Roof &amp; &lt;b&gt;gutter&lt;/b&gt;).</a>`)
    expect(mail.text).toContain(`https://crm.example.com/deal/${deal}`)
    expect(mail.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
    expect(mail.from?.address).toBe(CRM)
  })

  it('NTF-1: are not sent for what was read meanwhile, or is not wanted any more', async () => {
    await wants('observer.added')
    await observed(await aDeal('Read'))
    await as(bob, async (ctx) => markRead(ctx, { values: { ids: (await listNotifications(ctx, { limit: 50 })).items.map(({ id }) => id) } }))
    later(200)
    expect([await mailRun(), await mailRun()]).toMatchObject([{ sent: 0, none: 1 }, { sent: 0, none: 0 }])
    await observed(await aDeal('Unwanted'))
    await wants('mention')
    later(200)
    expect(await mailRun()).toMatchObject({ sent: 0, none: 1 })
    expect(sent).toEqual([])
  })

  it('ACC-8: name no item that the person may not read any more', async () => {
    await wants('observer.added', 'observer.removed')
    const [deal, gone] = [await aDeal('Secret'), await aDeal('Thrown away')]
    await observed(deal)
    await observed(gone)
    await as(ann, (ctx) => removeObserver(ctx, { type: 'deal', id: deal, userId: bob }))
    await as(ann, (ctx) => deleteItem(ctx, { type: 'deal', id: gone }))
    await react({ eventId: `e${(events += 1)}`, item: { type: 'deal', id: deal }, version: 3, changes: { observerIds: { old: [bob], new: [] } }, actor: { userId: ann, via: 'user' } })
    later(200)
    await mailRun('https://crm.example.com/{type}/{id}')
    const mail = await read()
    expect(mail.text).toContain(`Ann Lee removed you from the observers of Deal #${deal}.`)
    expect(`${mail.subject} ${mail.text} ${mail.html}`).not.toMatch(/Secret|Thrown away|crm\.example\.com/)
  })

  it('NTF-1: tell a new responsible person from a former one', async () => {
    await wants('responsible.changed')
    const deal = await aDeal()
    await as(company.administratorId, (ctx) => updateItem(ctx, { type: 'deal', id: deal, values: { responsibleId: bob } }))
    await react({ eventId: `e${(events += 1)}`, item: { type: 'deal', id: deal }, version: 2, changes: { responsibleId: { old: ann, new: bob } }, actor: { userId: company.administratorId, via: 'user' } })
    later(200)
    await mailRun()
    expect((await read()).subject).toContain('made you responsible for Deal')
  })

  it('DIR-3: do not go to who was deactivated, nor to the address of the CRM itself', async () => {
    await wants('observer.added')
    await observed(await aDeal())
    await company.add(aUser({ id: bob, active: false }))
    later(200)
    expect(await mailRun()).toMatchObject({ sent: 0, none: 1 })
    await company.add(aUser({ id: bob, emails: ['CRM+bob@leadline.example'] }))
    await observed(await aDeal())
    later(200)
    expect(await mailRun()).toMatchObject({ sent: 0, none: 1 })
  })

  it('NTF-1: wait when nothing may be sent now, and are never offered again when nobody knows whether they went out', async () => {
    await wants('observer.added')
    await observed(await aDeal('Held'))
    later(200)
    answers = [async () => Promise.reject(new MailRefused('rate', 'Maximum sending rate exceeded.'))]
    expect(await mailRun()).toMatchObject({ sent: 0, held: 1 })
    expect(await mailRun()).toMatchObject({ sent: 1 })
    expect((await read()).subject).toContain('(Held)')
    await observed(await aDeal('In doubt'))
    later(200)
    answers = [async () => Promise.reject(new Error('socket hang up'))]
    await expect(mailRun()).rejects.toThrow('1 mails got no answer.')
    expect(await mailRun()).toMatchObject({ sent: 0 })
    expect(sent).toHaveLength(1)
  })

  it('NTF-1: what comes while a mail is claimed goes with that one or the next, and with one alone', async () => {
    await wants('observer.added')
    const deals: number[] = []
    for (let n = 0; n < 8; n += 1) deals.push(await aDeal(`Race ${n}`))
    await observed(deals[0] ?? 0)
    later(200)
    await Promise.all([...deals.slice(1).map(observed), mailRun(), mailRun()])
    later(200)
    await mailRun()
    const texts = (await Promise.all(sent.map((_, place) => read(place)))).map(({ text }) => text ?? '').join('\n')
    for (let n = 0; n < 8; n += 1) expect(texts.split(`(Race ${n})`)).toHaveLength(2)
  })
})
