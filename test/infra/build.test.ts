import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { buildFunctions } from '../../infra/build.ts'
import { FUNCTIONS } from '../../infra/functions.ts'
import { aSharedFolder } from './shared-folder.ts'

const KILOBYTE = 1024
const MOST_BYTES = 450 * KILOBYTE

/** Functions that read HTML out of mails carry a parser and a sanitiser, which alone weigh 187 KB. */
const WITH_HTML_LIBRARIES: Readonly<Record<string, number>> = { 'mail/inbound': 800 * KILOBYTE, 'mail/sweep': 800 * KILOBYTE }

describe('the build of the functions', async () => {
  const report = await buildFunctions(await aSharedFolder())

  it('makes one file for every function of the table', async () => {
    expect(report.functions.map(({ entry }) => entry)).toEqual(FUNCTIONS.map(({ entry }) => entry))
    const files = await readdir(path.join(report.folder, 'functions'), { recursive: true })
    expect(files.filter((file) => file.endsWith('.mjs')).toSorted()).toEqual(FUNCTIONS.map(({ entry }) => `${entry}.mjs`).toSorted())
  })

  it.each(report.functions)('keeps $entry small enough to start fast', ({ entry, bytes }) => {
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThanOrEqual(WITH_HTML_LIBRARIES[entry] ?? MOST_BYTES)
  })

  it('makes files that Node loads as they are, with a handler in each', async () => {
    const files = FUNCTIONS.map(({ entry }) => path.join(report.folder, 'functions', `${entry}.mjs`))
    const script = `for (const file of ${JSON.stringify(files)}) console.log(typeof (await import(file)).handler)`
    const environment = {
      TABLE_NAME: 'table',
      BUS_NAME: 'bus',
      MAIL_BUCKET: 'mail',
      FILES_BUCKET: 'files',
      MAIL_ADDRESS: 'crm@leadline.example',
      OIDC_ISSUER: 'https://login.example',
      SOCKET_ADDRESS: 'https://socket.example/ws',
      CONFIGURATION_SET: 'leadline',
      MAILINGS_QUEUE_URL: 'https://sqs.example/mailings.fifo',
      API_ADDRESS: 'https://api.example',
      AWS_REGION: 'eu-west-1',
    }
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env: environment })
    expect(stdout.trim().split('\n')).toEqual(FUNCTIONS.map(() => 'function'))
  })

  it('takes along nothing of the local host, the infrastructure or the tests', () => {
    expect(report.inputs.filter((input) => /^(infra|test)\//.test(input))).toEqual([])
    expect(report.inputs.filter((input) => input.startsWith('functions/')).length).toBeGreaterThanOrEqual(FUNCTIONS.length)
  })

  it('gives the same bytes again in another folder, so that an unchanged product is not deployed anew, and leaves nothing of an earlier build behind', async () => {
    const folder = await aSharedFolder()
    await mkdir(path.join(folder, 'functions', 'chats'), { recursive: true })
    await writeFile(path.join(folder, 'functions', 'chats', 'http.mjs'), '')
    await buildFunctions(folder)
    expect(await fingerprint(folder)).toEqual(await fingerprint(report.folder))
  })
})

describe('a mistake in the table of functions', () => {
  const entries = ['chats/http', 'chats/socket']

  it('is named when a function has no source', async () => {
    const root = await sources({ 'chats/http.ts': 'export const handler = async () => 1' })
    await expect(buildFunctions(await aSharedFolder(), { root, entries })).rejects.toThrow('functions/chats/socket.ts is in infra/functions.ts but does not exist')
  })

  it('is named when a source is no function, unless it is a route table', async () => {
    const handler = 'export const handler = async () => 1'
    const root = await sources({
      'chats/http.ts': handler,
      'chats/socket.ts': handler,
      'chats/routes.ts': 'export const routes = []',
      'chats/forgotten.ts': handler,
    })
    await expect(buildFunctions(await aSharedFolder(), { root, entries })).rejects.toThrow(
      /^The functions cannot be built:\n {2}functions\/chats\/forgotten.ts exists but is not in infra\/functions.ts$/,
    )
  })

  it('is named when a source exports no handler', async () => {
    const root = await sources({ 'chats/http.ts': 'export const handler = async () => 1', 'chats/socket.ts': 'export const handle = async () => 1' })
    await expect(buildFunctions(await aSharedFolder(), { root, entries })).rejects.toThrow('functions/chats/socket.ts exports no handler')
  })
})

async function sources(files: Record<string, string>): Promise<string> {
  const root = await aSharedFolder()
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.join(root, 'functions', path.dirname(name)), { recursive: true })
    await writeFile(path.join(root, 'functions', name), text)
  }
  return root
}

/** Every file of a folder with its digest. */
async function fingerprint(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
  const digests = files.toSorted().map(
    async (file) =>
      [
        path.relative(folder, file),
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
      ] as const,
  )
  return Object.fromEntries(await Promise.all(digests))
}
