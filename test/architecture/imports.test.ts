import { readFileSync } from 'node:fs'
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import { beforeAll, describe, expect, it } from 'vitest'
import { filesOfTheTree, root } from './files-of-the-tree.ts'
import { entries, foundByName, furtherDoors, mayUse, openFolders } from './may-use.ts'

const folders = ['shared', 'functions', 'infra']
const files = filesOfTheTree().filter((path) => folders.some((folder) => path.startsWith(`${folder}/`)) && path.endsWith('.ts'))

const exactly = (path: string): string => `^${path.replaceAll('.', '\\.')}$`
const doorsOf = (room: string): string => (openFolders.includes(room) ? `^shared/${room}/` : exactly(`shared/${room}/index.ts`))

const forbidden: IForbiddenRuleType[] = [
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'only-platform-speaks-aws', severity: 'error', from: { path: '^(shared|functions)/', pathNot: '^shared/platform/' }, to: { path: '@aws-sdk/' } },
  { name: 'only-edge-speaks-middy', severity: 'error', from: { pathNot: '^shared/edge/' }, to: { path: '@middy/' } },
  { name: 'only-infra-speaks-cdk', severity: 'error', from: { pathNot: '^infra/' }, to: { path: 'node_modules/(aws-cdk-lib|constructs|cdk-nag)/' } },
  { name: 'the-host-knows-only-the-template', severity: 'error', from: { path: '^infra/local/' }, to: { path: '^(shared|functions|infra/(stacks|constructs))/' } },
  { name: 'the-product-knows-no-host', severity: 'error', from: { path: '^(shared|functions)/' }, to: { path: '^infra/' } },
  { name: 'shared-knows-no-functions', severity: 'error', from: { path: '^shared/' }, to: { path: '^functions/' } },
  { name: 'no-development-packages-in-the-product', severity: 'error', from: { path: '^(shared|functions)/' }, to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] } },
  { name: 'functions-and-stacks-enter-by-doors', severity: 'error', from: { path: '^(functions|infra)/' }, to: { path: '^shared/', pathNot: [...Object.keys(mayUse).map(doorsOf), ...furtherDoors.map(exactly)] } },
  { name: 'rules-know-platform-by-its-types-alone', severity: 'error', from: { path: '^shared/.*rules\\.ts$' }, to: { path: '^shared/platform/', dependencyTypesNot: ['type-only'] } },
  ...Object.entries(mayUse).map(([room, allowed]): IForbiddenRuleType => ({
    name: `${room}-uses-what-it-may`,
    severity: 'error',
    from: { path: `^shared/${room}/` },
    to: { path: '^shared/', pathNot: [`^shared/${room}/`, ...allowed.map(doorsOf)] },
  })),
]

/** What each file imports from the repository, types too. */
let importsOf: ReadonlyMap<string, readonly string[]>
let result: ICruiseResult
beforeAll(async () => {
  const { output } = await cruise(folders, { baseDir: root, doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, validate: true, ruleSet: { forbidden }, enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] } })
  result = output as ICruiseResult
  importsOf = new Map(result.modules.map(({ source, dependencies }) => [source, dependencies.map(({ resolved }) => resolved).filter((path) => files.includes(path))]))
})

const roomOf = (path: string): string | undefined => /^shared\/([^/]+)\//.exec(path)?.[1]
const isOneOf = (patterns: readonly RegExp[], path: string): boolean => patterns.some((pattern) => pattern.test(path))

/** The files that can be reached from some others, themselves too. */
function reachedFrom(starts: readonly string[]): Set<string> {
  const reached = new Set(starts)
  for (const path of reached) for (const next of importsOf.get(path) ?? []) reached.add(next)
  return reached
}

describe('the rooms of the house', () => {
  it('reads as many modules as there are files', () => {
    const read = result.modules.map(({ source }) => source).filter((source) => /^(shared|functions|infra)\//.test(source))
    expect(read.toSorted()).toEqual(files)
    expect(files.length).toBeGreaterThan(100)
  })

  it('enters each other only by the doors that are allowed', () => {
    expect(result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([])
  })

  it('knows every room by name, and allows nothing that nobody uses', () => {
    const uses = Object.groupBy([...importsOf].flatMap(([from, to]) => to.map((path) => ({ from: roomOf(from), to: roomOf(path) }))), ({ from }) => from ?? 'functions and infra')
    const roomsUsedBy = (room: string): string[] => [...new Set(uses[room]?.flatMap(({ to }) => (to === undefined || to === room ? [] : [to])))]
    const rooms = [...new Set(files.flatMap((path) => roomOf(path) ?? []))]
    expect(Object.fromEntries(rooms.map((room) => [room, roomsUsedBy(room).toSorted()]))).toEqual(Object.fromEntries(Object.entries(mayUse).map(([room, allowed]) => [room, allowed.toSorted()])))
  })

  it('has no further door that nobody goes through', () => {
    const entered = new Set([...importsOf].flatMap(([from, to]) => (roomOf(from) === undefined ? to : [])))
    expect(furtherDoors.filter((path) => !entered.has(path))).toEqual([])
  })

  it('has no file that nothing leads to', () => {
    const reached = reachedFrom(files.filter((path) => isOneOf(entries, path) || isOneOf(foundByName, path)))
    expect(files.filter((path) => !reached.has(path))).toEqual([])
  })
})

describe('files of rules', () => {
  it('decide and do nothing: they wait for nobody', () => {
    const rules = files.filter((path) => /^shared\/.*rules\.ts$/.test(path))
    expect(rules.length).toBeGreaterThan(10)
    expect(rules.filter((path) => /\b(async|await|Promise)\b/.test(readFileSync(root + path, 'utf8').replaceAll(/^\s*(\/?\*|\/\/).*$/gm, '')))).toEqual([])
  })
})
