import type { Condition, Operand, Path } from './expression.ts'
import { compareValues, equalValues, isItem, typeOf } from './values.ts'
import type { Item, Value } from './values.ts'

/** What `#names` and `:values` of an expression stand for. */
export interface Substitutions {
  readonly names: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, Value>>
}

/** Whether a row meets a condition, as DynamoDB decides it: an attribute that is missing or of another type meets no comparison but `<>`. */
export function meets(condition: Condition, item: Item, substitutions: Substitutions): boolean {
  const valueOf = (operand: Operand): Value | undefined => operandValue(operand, item, substitutions)
  switch (condition.kind) {
    case 'and':
      return meets(condition.left, item, substitutions) && meets(condition.right, item, substitutions)
    case 'or':
      return meets(condition.left, item, substitutions) || meets(condition.right, item, substitutions)
    case 'not':
      return !meets(condition.of, item, substitutions)
    case 'compare':
      return compares(condition.operator, valueOf(condition.left), valueOf(condition.right))
    case 'between': {
      const [value, low, high] = [valueOf(condition.of), valueOf(condition.low), valueOf(condition.high)]
      return compares('>=', value, low) && compares('<=', value, high)
    }
    case 'in': {
      const value = valueOf(condition.of)
      return condition.among.some((candidate) => compares('=', value, valueOf(candidate)))
    }
    case 'call': {
      const [first, second] = condition.operands.map(valueOf)
      return calls(condition.name, first, second)
    }
  }
}

/** The name of the attribute that a path begins with. */
export function attributeOf(path: Path, names: Substitutions['names']): string {
  const first = String(path[0])
  return first.startsWith('#') ? (names[first] ?? first) : first
}

/** Keeps only the given paths of a row, with their surroundings: `a.b[1]` of `{a: {b: [x, y]}}` is `{a: {b: [y]}}`. */
export function project(item: Item, paths: readonly Path[], names: Substitutions['names']): Item {
  const kept: Record<string, Value> = {}
  for (const path of paths) {
    const value = valueAt(item, path, names)
    if (value !== undefined) keep(kept, path.map((step) => nameOf(step, names)), value)
  }
  return kept
}

function keep(target: Record<string, Value>, steps: Path, value: Value): void {
  const [first, ...rest] = steps
  const name = String(first)
  if (rest.length === 0) {
    target[name] = value
    return
  }
  const isList = typeof rest[0] === 'number'
  if (isList) {
    const list = (target[name]?.['L'] as Value[] | undefined) ?? []
    target[name] = { L: [...list, inList(rest.slice(1), value)] }
    return
  }
  const map = { ...(target[name]?.['M'] as Record<string, Value> | undefined) }
  keep(map, rest, value)
  target[name] = { M: map }
}

function inList(rest: Path, value: Value): Value {
  if (rest.length === 0) return value
  const map: Record<string, Value> = {}
  if (typeof rest[0] === 'number') return { L: [inList(rest.slice(1), value)] }
  keep(map, rest, value)
  return { M: map }
}

function nameOf(step: string | number, names: Substitutions['names']): string | number {
  return typeof step === 'string' && step.startsWith('#') ? (names[step] ?? step) : step
}

function valueAt(item: Item, path: Path, names: Substitutions['names']): Value | undefined {
  let value: Value | undefined = { M: item }
  for (const step of path) {
    const name = nameOf(step, names)
    const content: unknown = typeof name === 'number' ? value?.['L'] : value?.['M']
    value = isItem(content) || Array.isArray(content) ? (content as Record<string | number, Value>)[name] : undefined
    if (value === undefined) return undefined
  }
  return value
}

function operandValue(operand: Operand, item: Item, substitutions: Substitutions): Value | undefined {
  switch (operand.kind) {
    case 'value':
      return substitutions.values[operand.name]
    case 'path':
      return valueAt(item, operand.path, substitutions.names)
    case 'size': {
      const value = operandValue(operand.of, item, substitutions)
      const size = value === undefined ? undefined : measure(value)
      return size === undefined ? undefined : { N: String(size) }
    }
  }
}

function measure(value: Value): number | undefined {
  const type = typeOf(value)
  const content = value[type]
  if (type === 'S') return Buffer.byteLength(String(content))
  if (type === 'B') return Buffer.byteLength(String(content), 'base64')
  if (Array.isArray(content)) return content.length
  return isItem(content) ? Object.keys(content).length : undefined
}

function compares(operator: string, left: Value | undefined, right: Value | undefined): boolean {
  if (left === undefined || right === undefined) return operator === '<>' && left !== right
  if (operator === '=') return equalValues(left, right)
  if (operator === '<>') return !equalValues(left, right)
  const order = compareValues(left, right)
  if (order === undefined) return false
  if (operator === '<') return order < 0
  if (operator === '<=') return order <= 0
  return operator === '>' ? order > 0 : order >= 0
}

function calls(name: string, first: Value | undefined, second: Value | undefined): boolean {
  if (name === 'attribute_exists') return first !== undefined
  if (name === 'attribute_not_exists') return first === undefined
  if (first === undefined || second === undefined) return false
  const [type, other] = [typeOf(first), typeOf(second)]
  if (name === 'attribute_type') return second['S'] === type
  if (name === 'begins_with') return type === other && bytes(first).subarray(0, bytes(second).length).equals(bytes(second))
  const content = first[type]
  if (type === 'S' || type === 'B') return type === other && bytes(first).includes(bytes(second))
  if (type === 'L' && Array.isArray(content)) return content.some((member: Value) => equalValues(member, second))
  return Array.isArray(content) && type === `${other}S` && content.some((member: unknown) => equalValues({ [other]: member }, second))
}

function bytes(value: Value): Buffer {
  return value['B'] === undefined ? Buffer.from(String(value['S'])) : Buffer.from(String(value['B']), 'base64')
}
