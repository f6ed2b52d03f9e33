import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import { beforeAll, describe, expect, it } from 'vitest'
import { mayUse, openFolders } from './may-use.ts'

const root = new URL('../..', import.meta.url).pathname
const folders = ['shared', 'functions', 'infra']

const forbidden: IForbiddenRuleType[] = [
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'every-file-is-used', severity: 'error', from: { orphan: true, pathNot: ['^functions/[^/]+/[^/]+\\.ts$', '^infra/(app|build|replay-failures)\\.ts$', '^infra/local/(start|worker|demo)\\.ts$'] }, to: {} },
  { name: 'only-platform-speaks-aws', severity: 'error', from: { path: '^(shared|functions)/', pathNot: '^shared/platform/' }, to: { path: '@aws-sdk/' } },
  { name: 'only-edge-speaks-middy', severity: 'error', from: { pathNot: '^shared/edge/' }, to: { path: '@middy/' } },
  { name: 'only-infra-speaks-cdk', severity: 'error', from: { pathNot: '^infra/' }, to: { path: 'node_modules/(aws-cdk-lib|constructs|cdk-nag)/' } },
  { name: 'the-host-knows-only-the-template', severity: 'error', from: { path: '^infra/local/' }, to: { path: '^(shared|functions|infra/(stacks|constructs))/' } },
  { name: 'the-product-knows-no-host', severity: 'error', from: { path: '^(shared|functions)/' }, to: { path: '^infra/' } },
  { name: 'shared-knows-no-functions', severity: 'error', from: { path: '^shared/' }, to: { path: '^functions/' } },
  { name: 'no-development-packages-in-the-product', severity: 'error', from: { path: '^(shared|functions)/' }, to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] } },
  ...Object.entries(mayUse).map(([room, allowed]): IForbiddenRuleType => ({
    name: `${room}-uses-what-it-may`,
    severity: 'error',
    from: { path: `^shared/${room}/` },
    to: { path: '^shared/', pathNot: [`^shared/${room}/`, ...allowed.map((one) => (openFolders.includes(one) ? `^shared/${one}/` : `^shared/${one}/index\\.ts$`))] },
  })),
]

let result: ICruiseResult
beforeAll(async () => {
  const { output } = await cruise(folders, { baseDir: root, doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, validate: true, ruleSet: { forbidden }, enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] } })
  result = output as ICruiseResult
})

describe('the rooms of the house', () => {
  it('reads as many modules as there are files', () => {
    const files = folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`))
    const read = result.modules.map(({ source }) => source).filter((source) => /^(shared|functions|infra)\//.test(source))
    expect(read.toSorted()).toEqual(files.toSorted())
    expect(files.length).toBeGreaterThan(100)
  })

  it('enters each other only by the doors that are allowed', () => {
    expect(result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([])
  })

  it('knows every room by name', () => {
    const rooms = readdirSync(join(root, 'shared'), { withFileTypes: true }).filter((one) => one.isDirectory()).map(({ name }) => name)
    expect(rooms.toSorted()).toEqual(Object.keys(mayUse).toSorted())
  })
})
