import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SLOW_MAILS } from '../shared/mail/slow-mails.ts'
import type { Taken } from './mail/read-one.ts'
import type { Options, Part, Proof } from './registry.ts'

/** As large as SES takes them. */
const FULL_MEGABYTES = 40
const MOST_SECONDS = 5
const MOST_TIMES_ITS_SIZE = 3

/** Mails made to be slow or to grow, each read by a process of its own. `runs` is the size of each in megabytes. */
export const proveSlowMails: Proof = {
  about: 'mails made to be slow: 5 seconds and three times their size in memory at most, or unread with the reason; runs: megabytes (40)',
  async *prove({ runs = FULL_MEGABYTES }: Options): AsyncGenerator<Part> {
    const folder = await mkdtemp(join(tmpdir(), 'leadline-slow-'))
    try {
      for (const [name, make] of Object.entries(SLOW_MAILS)) yield await slowMail(join(folder, 'mail'), name, make(runs * 1024 * 1024))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function slowMail(file: string, name: string, mail: string): Promise<Part> {
  await writeFile(file, mail, 'latin1')
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'mail/read-one.ts'), file])
  const { seconds, cpuSeconds, bytes, size, unreadable, subject } = JSON.parse(stdout) as Taken
  const times = Math.round((100 * bytes) / size) / 100
  const disagreements = [
    ...(seconds <= MOST_SECONDS ? [] : [`It took ${seconds.toFixed(1)} s.`]),
    ...(times <= MOST_TIMES_ITS_SIZE ? [] : [`It took ${times} times its size in memory.`]),
    ...(subject === 'Slow' ? [] : [`Its subject was read as "${subject.slice(0, 50)}".`]),
  ]
  return { name: unreadable === null ? `${name}, read` : `${name}, unread (${unreadable})`, counts: { megabytes: Math.round(size / 1024 / 1024), 'times its size in memory': times, 'CPU seconds': Math.round(10 * cpuSeconds) / 10 }, disagreements, seconds }
}
