import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FunctionRow } from '../../infra/functions.ts'
import { readRouteTables } from '../../infra/routes.ts'
import { aSharedFolder } from './shared-folder.ts'

describe('the route tables', () => {
  it('are read from beside each HTTP function', async () => {
    const { root, functions } = await aProductWith({
      chats: `[{ method: 'GET', path: '/v1/chats/{id}', input: 'more' }]`,
      pages: `[{ method: 'POST', path: '/v1/pages', public: true }]`,
    })
    expect(await readRouteTables(root, functions)).toEqual(
      new Map([
        ['chats/http', [{ method: 'GET', path: '/v1/chats/{id}' }]],
        ['pages/http', [{ method: 'POST', path: '/v1/pages', public: true }]],
      ]),
    )
  })

  it('must exist', async () => {
    const { root, functions } = await aProductWith({ chats: `[]` })
    await expect(readRouteTables(`${root}/elsewhere`, functions)).rejects.toThrow('functions/chats/routes.ts does not exist')
  })

  it.each([`[]`, `[{ method: 'FETCH', path: '/v1/chats' }]`, `[{ method: 'GET', path: 'v1/chats' }]`, `[{ method: 'GET', path: '/v1/chats/' }]`, `undefined`])(
    'must hold routes: %s is refused',
    async (routes) => {
      const { root, functions } = await aProductWith({ chats: routes })
      await expect(readRouteTables(root, functions)).rejects.toThrow('functions/chats/routes.ts must export routes')
    },
  )

  it('must not lead one address to two functions, whatever its parameter is called', async () => {
    const { root, functions } = await aProductWith({ chats: `[{ method: 'GET', path: '/v1/{chat}' }]`, pages: `[{ method: 'GET', path: '/v1/{page}' }]` })
    await expect(readRouteTables(root, functions)).rejects.toThrow('GET /v1/{page} stands in the route tables of both chats/http and pages/http')
  })
})

async function aProductWith(tables: Record<string, string>): Promise<{ root: string; functions: FunctionRow[] }> {
  const root = await aSharedFolder()
  const functions: FunctionRow[] = []
  for (const [domain, routes] of Object.entries(tables)) {
    await mkdir(path.join(root, 'functions', domain), { recursive: true })
    await writeFile(path.join(root, 'functions', domain, 'routes.ts'), `export const routes = ${routes}\n`)
    functions.push({ entry: `${domain}/http`, stack: 'api', trigger: { kind: 'http' }, needs: {}, userImpact: 'People see nothing at all.' })
  }
  return { root, functions }
}
