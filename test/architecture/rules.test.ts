import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { filesOfTheTree, root } from './files-of-the-tree.ts'

const idPattern = /\b[A-Z]{3}-\d{1,2}\b/g
/** What looks like a rule's id and is none. */
const otherWords = new Set(['UTF-7', 'UTF-8', 'UTF-16', 'PDF-1', 'SSH-2'])

const idsIn = (paths: readonly string[]): Set<string> => new Set(paths.flatMap((path) => readFileSync(root + path, 'utf8').match(idPattern) ?? []).filter((id) => !otherWords.has(id)))

const listed = [...readFileSync(`${root}shared/RULES.md`, 'utf8').matchAll(/^- \*\*([A-Z]{3}-\d{1,2})\*\* \S/gm)].map(([, id = '']) => id)
const files = filesOfTheTree().filter((path) => /\.(ts|md)$/.test(path))

describe('shared/RULES.md', () => {
  it('explains every rule once, and every id that is used anywhere', () => {
    expect(listed.filter((id, place) => listed.indexOf(id) !== place)).toEqual([])
    const known = new Set(listed)
    expect([...idsIn(files)].filter((id) => !known.has(id))).toEqual([])
  })

  it('lists no rule that no test names', () => {
    const proved = idsIn(files.filter((path) => path.startsWith('test/') && path.endsWith('.ts')))
    expect(listed.length).toBeGreaterThan(50)
    expect(listed.filter((id) => !proved.has(id))).toEqual([])
  })

  it('is all one needs: nothing refers to papers that are not in the repository', () => {
    const papers = /\b(S[P]EC|D[E]SIGN)\b|\bthe s[p]ec\b/
    expect(files.filter((path) => papers.test(readFileSync(root + path, 'utf8')))).toEqual([])
  })
})
