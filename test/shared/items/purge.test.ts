import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChat, listMessages, removeChat, sendMessage } from '../../../shared/chat/index.ts'
import { createFile, downloadFile, FileInput } from '../../../shared/files/index.ts'
import { createItem, deleteItem, listBin, purgeItems, readableItems } from '../../../shared/items/index.ts'
import { readMessage, type MailPorts } from '../../../shared/mail/index.ts'
import { Problem } from '../../../shared/kernel/problem.ts'
import type { Blobs } from '../../../shared/platform/blobs.ts'
import type { Table } from '../../../shared/platform/table.ts'
import { addComment, listTimeline } from '../../../shared/timeline/index.ts'
import { createField, FieldInput } from '../../../shared/types/use-cases.ts'
import type { Ctx } from '../../../shared/workspace/index.ts'
import { aUser } from '../../support/company.ts'
import { aMailRoom, type MailRoom } from '../mail/a-mail-room.ts'
import { aRawMail } from '../mail/mails.ts'

let room: MailRoom
const ann = 'usr_ann'

beforeAll(async () => {
  room = await aMailRoom()
  await room.company.add(aUser({ id: ann, emails: ['ann@leadline.example'] }))
  await room.company.bind('manager', { kind: 'user', id: ann })
  await room.company.as(room.company.administratorId, (ctx) => createField(ctx, { type: 'deal', values: FieldInput.parse({ code: 'plan', kind: 'file' }) }))
})
afterAll(() => room.close())

const asAnn = <T>(work: (ctx: Ctx & MailPorts) => Promise<T>): Promise<T> => room.as(ann, work)
const silent = { push: { send: async () => true, close: async () => undefined }, afterwards: () => undefined }
const purge = (): Promise<{ purged: number }> => room.as(room.company.administratorId, (ctx) => purgeItems({ ...ctx, removeChat }, () => true))
const outcome = (work: Promise<unknown>): Promise<number> => work.then(() => 200, (error: unknown) => (error instanceof Problem ? error.status : Promise.reject(error)))
const rowsOf = async (partition: string): Promise<number> => (await room.table.table.query({ partition, limit: 100, consistent: true })).rows.length

/** A file of Ann's whose bytes have arrived. */
async function aFile(): Promise<string> {
  const file = await asAnn((ctx) => createFile(ctx, { values: FileInput.parse({ name: 'plan.pdf', size: 5 }) }))
  await room.intake.blobs.put(`files/${String(file['id'])}`, 'bytes', 'application/pdf')
  return String(file['id'])
}

/** A deal with something of everything, and what hangs on it. */
async function aFullDeal(): Promise<{ ref: { type: string; id: number }; files: Record<'field' | 'comment' | 'message' | 'elsewhere', string>; chatId: string; messageId: string }> {
  const files = { field: await aFile(), comment: await aFile(), message: await aFile(), elsewhere: await aFile() }
  const id = await room.make('deal', { title: 'Old', fields: { plan: files.field } }, ann)
  const ref = { type: 'deal', id }
  await asAnn((ctx) => createItem(ctx, { type: 'deal', values: { title: 'Other', fields: { plan: files.elsewhere } } }))
  await asAnn((ctx) => addComment(ctx, { ...ref, values: { text: `See ${files.elsewhere}`, fileIds: [files.comment] } }))
  const { id: chatId } = await asAnn((ctx) => createChat(ctx, ref))
  await asAnn((ctx) => sendMessage({ ...ctx, ...silent }, { id: chatId, values: { text: 'Here', fileIds: [files.message], mentionIds: [] } }))
  await room.send(aRawMail({ from: 'ann@leadline.example', to: 'crm@leadline.example', subject: `About DID#${id}`, body: 'Fine.' }))
  const messageId = (await room.messages()).find(({ subject }) => subject.endsWith(`DID#${id}`))?.id ?? ''
  return { ref, files, chatId, messageId }
}

describe('ITM-11 what hung on a purged item', () => {
  it('ACC-8: can be reached in no way, and what nobody can reach any more is removed', async () => {
    const { ref, files, chatId, messageId } = await aFullDeal()
    const fetch = (id: string): Promise<unknown> => asAnn((ctx) => downloadFile({ ...ctx, readable: readableItems }, { id }))
    const reach = (): Promise<number[]> =>
      Promise.all([
        outcome(asAnn((ctx) => listTimeline(ctx, { ...ref, limit: 10 }))),
        outcome(asAnn((ctx) => listMessages(ctx, { id: chatId, limit: 10 }))),
        outcome(asAnn((ctx) => readMessage(ctx, { id: messageId }))),
        ...[files.field, files.comment, files.message].map((id) => outcome(fetch(id))),
      ])
    expect(await reach()).toEqual([200, 200, 200, 200, 200, 200])
    const monthAgo = new Date(Date.now() - 31 * 86_400_000)
    await asAnn((ctx) => deleteItem({ ...ctx, now: () => monthAgo }, ref))
    expect(await reach()).toEqual([404, 404, 404, 404, 404, 404])
    expect(await purge()).toEqual({ purged: 1 })
    expect(await reach()).toEqual([404, 404, 404, 404, 404, 404])
    expect((await asAnn((ctx) => listBin(ctx, { type: 'deal', limit: 10, cursor: undefined }))).items).toEqual([])
    for (const partition of [`ITEM#deal#${ref.id}`, `CHAT#${chatId}`, ...[files.field, files.comment, files.message].map((id) => `FILE#${id}`)]) expect([partition, await rowsOf(partition)]).toEqual([partition, 0])
    // What another item carries stays, though a comment here named it.
    expect(await room.objects('files/')).toEqual([`files/${files.elsewhere}`])
    expect(await outcome(fetch(files.elsewhere))).toBe(200)
    // A mail is the company's own letter: it stays, for those who look after mail that stands on nothing.
    expect(await outcome(room.as(room.company.administratorId, (ctx) => readMessage(ctx, { id: messageId })))).toBe(200)
  })

  it('a purge that dies anywhere is finished by the next one', async () => {
    const { ref, chatId } = await aFullDeal()
    const monthAgo = new Date(Date.now() - 31 * 86_400_000)
    await asAnn((ctx) => deleteItem({ ...ctx, now: () => monthAgo }, ref))
    for (let survived = 0; ; survived += 1) {
      let left = survived
      const step = (): void => {
        if ((left -= 1) < 0) throw new Error('killed')
      }
      const write: Table['write'] = async (...writes) => (step(), room.table.table.write(...writes))
      const remove: Blobs['remove'] = async (key) => (step(), room.intake.blobs.remove(key))
      const done = await room
        .as(room.company.administratorId, (ctx) => purgeItems({ ...ctx, removeChat, table: { ...ctx.table, write }, blobs: { ...ctx.blobs, remove } }, () => true))
        .catch((error: unknown) => (error instanceof Error && error.message === 'killed' ? undefined : Promise.reject(error)))
      if (done) break
    }
    expect([await rowsOf(`ITEM#deal#${ref.id}`), await rowsOf(`CHAT#${chatId}`), (await room.objects('files/')).length]).toEqual([0, 0, 2])
  })
})
