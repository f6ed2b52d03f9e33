import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesOfTheTree, root } from './files-of-the-tree.ts'

interface Taken {
  readonly by: string
  readonly from: string
  readonly name: string
  /** By a door, which hands it to others. */
  readonly passedOn: boolean
  /** Not by its name, but with all that the file has. */
  readonly whole: boolean
}

const files = filesOfTheTree().filter((path) => path.endsWith('.ts'))
const texts = new Map(files.map((path) => [path, readFileSync(root + path, 'utf8')]))
/** Whoever uses the client of the API is not in this repository. */
const doorToTheWorld = 'shared/client/index.ts'

const importPattern = /^(import|export) (?:type )?(\{[^}]*\}|\*(?: as \w+)?) from '(\.[^']+)'/gm
const lazyPattern = /\bimport\('(\.[^']+)'\)/g
const exportPattern = /^export (?:async )?(const|function\*?|class|type|interface) (\w+)/gm

const named = (list: string): string[] => list.slice(1, -1).split(',').flatMap((one) => one.trim().replace(/^type /, '').split(' as ')[0] || [])
const wordsOf = (text: string): ReadonlySet<string> => new Set(text.match(/\w+/g))

/** What a file takes from others. Of a file that is taken whole, all that the taker names. */
function takenBy(path: string): Taken[] {
  const text = texts.get(path) ?? ''
  const take = (target: string, names: Iterable<string>, how: Pick<Taken, 'passedOn' | 'whole'>): Taken[] => [...names].map((name) => ({ by: path, from: join(path, '..', target), name, ...how }))
  const takeAll = (target: string, passedOn: boolean): Taken[] => take(target, passedOn ? exportsOf(join(path, '..', target)).map(({ name }) => name) : wordsOf(text), { passedOn, whole: true })
  return [
    ...[...text.matchAll(importPattern)].flatMap(([, verb, list = '', target = '']) => (list.startsWith('*') ? takeAll(target, verb === 'export') : take(target, named(list), { passedOn: verb === 'export', whole: false }))),
    ...[...text.matchAll(lazyPattern)].flatMap(([, target = '']) => takeAll(target, false)),
  ]
}

function exportsOf(path: string): { name: string; isType: boolean }[] {
  return [...(texts.get(path) ?? '').matchAll(exportPattern)].map(([, kind = '', name = '']) => ({ name, isType: kind === 'type' || kind === 'interface' }))
}

const taken = files.flatMap(takenBy)
const shown = files.filter((path) => path.startsWith('shared/')).flatMap((path) => exportsOf(path).map((one) => ({ path, ...one })))
const inUse = new Set(taken.filter(({ by, passedOn }) => !passedOn || by === doorToTheWorld).map(({ from, name }) => `${from} ${name}`))
/** A door that nobody takes it from is no use. */
const isUsed = (path: string, name: string): boolean => inUse.has(`${path} ${name}`) || taken.some((one) => one.passedOn && one.from === path && one.name === name && inUse.has(`${one.by} ${name}`))
const listed = (found: readonly { path: string; name: string }[]): string[] => found.map(({ path, name }) => `${path} ${name}`)

describe('what the files of shared/ show to others', () => {
  it('is used by another file; else it is no business of theirs', () => {
    expect(shown.length).toBeGreaterThan(1000)
    expect(listed(shown.filter(({ path, name, isType }) => !isType && !isUsed(path, name)))).toEqual([])
  })

  it('is at least a part of something, where it is a type', () => {
    const isNamedAgain = (path: string, name: string): boolean => (texts.get(path)?.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0) > 1
    expect(listed(shown.filter(({ path, name, isType }) => isType && !isUsed(path, name) && !isNamedAgain(path, name)))).toEqual([])
  })

  it('goes only through doors that somebody takes it from', () => {
    const passed = taken.filter(({ by, passedOn, whole }) => passedOn && !whole && by !== doorToTheWorld)
    expect(passed.length).toBeGreaterThan(200)
    expect(listed(passed.filter(({ by, name }) => !inUse.has(`${by} ${name}`)).map(({ by, name }) => ({ path: by, name })))).toEqual([])
  })
})
