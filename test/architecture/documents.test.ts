import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesOfTheTree, root } from './files-of-the-tree.ts'

const files = filesOfTheTree()
const documents = files.filter((path) => path.endsWith('.md'))
const textOf = (path: string): string => readFileSync(root + path, 'utf8')
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted()

/** The first cell of each row of the tables in a document. */
const namedInTables = (path: string): string[] => [...textOf(path).matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
/** What lies right in a folder: files of code, and folders with a slash. */
const standingIn = (folder: string): string[] =>
  sorted(files.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)).flatMap((path) => (path.includes('/') ? [`${path.split('/')[0]}/`] : path.endsWith('.ts') ? [path] : [])))

describe('what the documents say', () => {
  it('leads to files that exist', () => {
    const links = documents.flatMap((path) => [...textOf(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => ({ path, target })))
    const broken = links.filter(({ path, target }) => !/^https?:/.test(target) && !existsSync(join(root, dirname(path), target)))
    expect(links.length).toBeGreaterThan(30)
    expect(broken).toEqual([])
  })

  it('names every variable that the code reads, and no other', () => {
    const variables = (paths: readonly string[]): string[] => sorted(paths.flatMap((path) => textOf(path).match(/\bLEADLINE_[A-Z]+(_[A-Z]+)*\b/g) ?? []))
    expect(variables(documents)).toEqual(variables(files.filter((path) => /^(shared|functions|infra)\/.*\.ts$/.test(path))))
  })

  it('names every room of the house, and no other', () => {
    const [, rooms = ''] = /^\| `shared\/` \| (.*) \|$/m.exec(textOf('README.md')) ?? []
    expect(sorted([...rooms.matchAll(/`([a-z]+)`/g)].map(([, room = '']) => `${room}/`))).toEqual(standingIn('shared'))
  })

  it('tells of every room what it is for', () => {
    const rooms = standingIn('shared').filter((name) => name.endsWith('/'))
    expect(rooms.filter((room) => !documents.includes(`shared/${room}README.md`))).toEqual([])
  })

  it('names every stack, and no other', () => {
    const [, stacks = ''] = /^\| `stacks\/` \| ([a-z, ]+);/m.exec(textOf('infra/README.md')) ?? []
    expect(sorted(stacks.split(', ').map((stack) => `${stack}.ts`))).toEqual(standingIn('infra/stacks').filter((file) => file !== 'product.ts'))
  })

  it.each(['infra', 'infra/local', 'shared/kernel', 'shared/platform', 'shared/edge'])('has every file and folder of %s in its table, and no other', (folder) => {
    const isPath = /^[a-z0-9-]+(\.ts|\/)$/
    expect(sorted(namedInTables(`${folder}/README.md`).filter((name) => isPath.test(name)))).toEqual(standingIn(folder).filter((name) => normalize(name) !== 'README.md'))
  })
})

describe('the bill of an idle month', () => {
  const rows = [...textOf('infra/README.md').matchAll(/^\| (.+?) \| .*\| \**([\d.]+)\** \| \**([\d.]+)\** \|$/gm)].map(([, what = '', free, full]) => ({ what, free: Number(free), full: Number(full) }))
  const total = rows.find(({ what }) => what === '**together**')

  it('adds up', () => {
    const lines = rows.filter((row) => row !== total)
    expect(lines.length).toBeGreaterThan(8)
    const sum = (column: 'free' | 'full'): string => lines.reduce((cents, row) => cents + row[column], 0).toFixed(2)
    expect([sum('free'), sum('full')]).toEqual([total?.free.toFixed(2), total?.full.toFixed(2)])
  })

  it('is named by the README to ten cents', () => {
    expect(textOf('README.md')).toContain(`about ${total?.free.toFixed(1)}0 US dollars a month (${total?.full.toFixed(1)}0 without`)
  })
})
