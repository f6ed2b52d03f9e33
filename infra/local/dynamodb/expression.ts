/**
 * Reads condition, filter, key condition and projection expressions, as far as the host has to understand them: to refuse what
 * AWS refuses, and to answer as of a moment ago. What it cannot read it leaves to the engine, which words the syntax errors.
 */

/** A document path before `#names` are put in: `#item.phones[0]` is `['#item', 'phones', 0]`. */
export type Path = readonly (string | number)[]

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'size'; readonly of: Operand }

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly of: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly of: Operand; readonly among: readonly Operand[] }
  | { readonly kind: 'call'; readonly name: string; readonly operands: readonly Operand[] }

/** What stands in an expression, without its structure. */
export interface ConditionFacts {
  readonly condition: Condition
  readonly operands: readonly Operand[]
  readonly operators: number
  readonly mostInOperands: number
  readonly containsOnValue: string | undefined
}

const conditions = new Map<string, ConditionFacts | undefined>()
const projections = new Map<string, readonly Path[] | undefined>()
const rememberedAtMost = 1_000

/** Undefined where the text is no valid condition. The same text is read once. */
export function readCondition(text: string): ConditionFacts | undefined {
  return remembered(conditions, text, () => {
    const reader = readerOf(text)
    const condition = reader.either()
    reader.end()
    return factsOf(condition)
  })
}

/** The paths of a projection expression; undefined where it is not valid. */
export function readProjection(text: string): readonly Path[] | undefined {
  return remembered(projections, text, () => {
    const reader = readerOf(text)
    const paths = [reader.path()]
    while (reader.take(',')) paths.push(reader.path())
    reader.end()
    return paths
  })
}

class NotReadable extends Error {}

function remembered<T>(memory: Map<string, T | undefined>, text: string, read: () => T): T | undefined {
  if (memory.has(text)) return memory.get(text)
  if (memory.size >= rememberedAtMost) memory.clear()
  let result: T | undefined
  try {
    result = read()
  } catch (problem) {
    if (!(problem instanceof NotReadable)) throw problem
  }
  memory.set(text, result)
  return result
}

const token = /\s*(?:([#:]?[A-Za-z0-9_]+)|(<>|<=|>=|[=<>(),.[\]]))/y
const comparators = new Set(['=', '<>', '<', '<=', '>', '>='])
const functions = new Set(['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains'])

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = []
  token.lastIndex = 0
  const end = text.trimEnd().length
  while (token.lastIndex < end) {
    const found = token.exec(text)
    if (found === null) throw new NotReadable()
    tokens.push(found[1] ?? found[2] ?? '')
  }
  return tokens
}

function readerOf(text: string) {
  const tokens = tokensOf(text)
  let at = 0
  const isNext = (word: string): boolean => tokens[at]?.toUpperCase() === word
  const take = (word: string): boolean => {
    if (!isNext(word)) return false
    at += 1
    return true
  }
  const expect = (word: string): void => {
    if (!take(word)) throw new NotReadable()
  }
  const word = (): string => {
    const found = tokens[at]
    if (found === undefined || !/^[#:A-Za-z0-9_]/.test(found)) throw new NotReadable()
    at += 1
    return found
  }

  function either(): Condition {
    let left = both()
    while (take('OR')) left = { kind: 'or', left, right: both() }
    return left
  }
  function both(): Condition {
    let left = single()
    while (take('AND')) left = { kind: 'and', left, right: single() }
    return left
  }
  function single(): Condition {
    if (take('NOT')) return { kind: 'not', of: single() }
    if (take('(')) {
      const inner = either()
      expect(')')
      return inner
    }
    const name = tokens[at] ?? ''
    if (functions.has(name) && tokens[at + 1] === '(') {
      at += 2
      const operands = listUntilClosed()
      return { kind: 'call', name, operands }
    }
    return comparison(operand())
  }
  function comparison(left: Operand): Condition {
    if (take('BETWEEN')) {
      const low = operand()
      expect('AND')
      return { kind: 'between', of: left, low, high: operand() }
    }
    if (take('IN')) {
      expect('(')
      return { kind: 'in', of: left, among: listUntilClosed() }
    }
    const operator = tokens[at] ?? ''
    if (!comparators.has(operator)) throw new NotReadable()
    at += 1
    return { kind: 'compare', operator, left, right: operand() }
  }
  function listUntilClosed(): Operand[] {
    const operands = [operand()]
    while (take(',')) operands.push(operand())
    expect(')')
    return operands
  }
  function operand(): Operand {
    const next = tokens[at] ?? ''
    if (next === 'size' && tokens[at + 1] === '(') {
      at += 2
      const of = operand()
      expect(')')
      return { kind: 'size', of }
    }
    if (next.startsWith(':')) return { kind: 'value', name: word() }
    return { kind: 'path', path: path() }
  }
  function path(): Path {
    const steps: (string | number)[] = [word()]
    for (;;) {
      if (take('.')) steps.push(word())
      else if (take('[')) {
        steps.push(Number(word()))
        expect(']')
      } else return steps
    }
  }
  const end = (): void => {
    if (at !== tokens.length) throw new NotReadable()
  }
  return { either, path, take, end }
}

function factsOf(condition: Condition): ConditionFacts {
  const operands: Operand[] = []
  let operators = 0
  let mostInOperands = 0
  let containsOnValue: string | undefined
  const visit = (node: Condition): void => {
    operators += 1
    switch (node.kind) {
      case 'and':
      case 'or':
        visit(node.left)
        visit(node.right)
        break
      case 'not':
        visit(node.of)
        break
      case 'compare':
        operands.push(node.left, node.right)
        break
      case 'between':
        operands.push(node.of, node.low, node.high)
        break
      case 'in':
        operands.push(node.of, ...node.among)
        mostInOperands = Math.max(mostInOperands, node.among.length)
        break
      case 'call': {
        const [first] = node.operands
        if (node.name === 'contains' && first?.kind === 'value') containsOnValue = first.name
        operands.push(...node.operands)
      }
    }
  }
  visit(condition)
  return { condition, operands: operands.map((operand) => (operand.kind === 'size' ? operand.of : operand)), operators, mostInOperands, containsOnValue }
}
