import * as z from 'zod'
import type { DescribedRoute } from './schema.ts'

/**
 * Calls each operation by what it does with what its path names: `listUsers`, `readUser`, `createUser`, `replaceRoleBindings`, `convertLead`.
 * (Functions have no names left when they are deployed.)
 */
export function namesOfOperations(routes: readonly DescribedRoute[]): ReadonlyMap<DescribedRoute, string> {
  const names = new Map(routes.map((route) => [route, nameOf(route)]))
  const uses = Map.groupBy(names, ([, name]) => name)
  return new Map([...names].map(([route, name]) => [route, uses.get(name)?.length === 1 ? name : name + capitalised(route.method.toLowerCase())]))
}

/** `deal` and `service_request` become `Deal` and `ServiceRequest`. */
export function capitalised(name: string): string {
  return name.replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replaceAll(/[^A-Za-z0-9]/g, '')
}

/** Words at the end of a path that name a thing though they stand in the singular. */
const THINGS = new Set(['chat', 'form'])

function nameOf(route: DescribedRoute): string {
  const { method, path } = route
  const words = wordsOf(path)
  const last = words.at(-1)?.word ?? ''
  if (method === 'GET') return (isList(route) ? 'list' : 'read') + joined(words)
  if (last === 'read') return `mark${joined(words)}`
  if (method === 'POST' && !last.endsWith('s') && words.length > 1 && !THINGS.has(last)) return lowerFirst(capitalised(last)) + joined(words.slice(0, -1))
  if (method === 'POST' && route.status === 201) return `create${joined(words.slice(0, -1))}${capitalised(singular(last))}`
  return { POST: 'add', PUT: 'replace', PATCH: 'update', DELETE: 'delete' }[method] + joined(words)
}

interface Word {
  readonly word: string
  /** A variable follows: one of them is meant. */
  readonly isOne: boolean
}

/** The text of a path without its variables: `/v1/items/{type}/{id}/links` is `items` (one of them) and `links`. Items of one type are called by the type. */
function wordsOf(path: string): Word[] {
  const parts = path.replace(/^\/v1\//, '').replace('items/{type}', 'items').replace(/^items\/(?=\w+\/\{id\})/, '').split('/')
  return parts.flatMap((part, index) => (part.startsWith('{') ? [] : [{ word: part, isOne: parts[index + 1]?.startsWith('{') === true }]))
}

function joined(words: readonly Word[]): string {
  return words.map(({ word, isOne }) => capitalised(isOne ? singular(word) : word)).join('')
}

function isList({ returns }: DescribedRoute): boolean {
  return returns instanceof z.ZodObject && 'items' in returns.shape && 'nextCursor' in returns.shape
}

function singular(word: string): string {
  return word.replace(/(ss|x|ch|sh)es$/, '$1').replace(/ies$/, 'y').replace(/([^s])s$/, '$1')
}

function lowerFirst(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1)
}
