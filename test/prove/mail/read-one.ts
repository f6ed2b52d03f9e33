import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { readRaw } from '../../../shared/mail/raw-mail.ts'

/** What reading one mail took, in a process that does nothing else. Printed as one line of JSON. */
export interface Taken {
  readonly seconds: number
  /** Of all threads of the process: what it takes where nobody else is at work. */
  readonly cpuSeconds: number
  /** The most memory that the process had, less what it had before it took the mail in. */
  readonly bytes: number
  readonly size: number
  /** Why it is kept unread; null where it was read. */
  readonly unreadable: string | null
  readonly subject: string
}

const owned = (bytes: number): Buffer<ArrayBuffer> => Buffer.from(new ArrayBuffer(bytes))

async function readOne(file: string): Promise<Taken> {
  // The thread and its libraries are there for every mail; what they take is not this one's.
  const small = Buffer.from('From: a@example.org\r\n\r\nx')
  const first = owned(small.length)
  small.copy(first)
  await readRaw(first, 'ses0')
  const before = process.memoryUsage().rss
  const opened = openSync(file, 'r')
  const { size } = fstatSync(opened)
  const raw = owned(size)
  for (let at = 0; at < size; ) at += readSync(opened, raw, at, size - at, at)
  closeSync(opened)
  const [began, spent] = [performance.now(), process.cpuUsage()]
  const { letter, unreadable } = await readRaw(raw, 'ses1')
  const { user, system } = process.cpuUsage(spent)
  return { seconds: (performance.now() - began) / 1000, cpuSeconds: (user + system) / 1_000_000, bytes: process.resourceUsage().maxRSS * 1024 - before, size, unreadable: unreadable ?? null, subject: letter.subject }
}

const [, , file] = process.argv
if (file !== undefined) console.log(JSON.stringify(await readOne(file)))
