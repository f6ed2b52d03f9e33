/** What a template's intrinsic functions may look up while a value is resolved. */
export interface Scope {
  /** The value of `Ref`: of a parameter, a pseudo parameter or a resource. Throws when there is no such name. */
  ref(name: string): unknown
  /** The value of `Fn::GetAtt`. Throws when the resource or attribute is not known. */
  attribute(logicalId: string, attribute: string): unknown
  /** Whether a condition of the template holds. */
  condition(name: string): boolean
  /** The value another stack exports under this name. */
  imported(name: string): unknown
  /** `Fn::FindInMap`. */
  mapping(map: string, first: string, second: string): unknown
}

/** What `AWS::NoValue` resolves to; the property or list entry that holds it disappears. */
export const noValue = Symbol('AWS::NoValue')

/**
 * A value of a CloudFormation template with every intrinsic function in it replaced by its result.
 *
 * @throws Error that names an intrinsic function which the local host does not know, so that nothing is hosted half understood
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((entry) => resolve(entry, scope)).filter((entry) => entry !== noValue)
  if (!isObject(value)) return value
  const [only, ...others] = Object.entries(value)
  if (only !== undefined && others.length === 0 && isIntrinsic(only[0])) return evaluate(only[0], only[1], scope)
  const result: Record<string, unknown> = {}
  for (const [name, entry] of Object.entries(value)) {
    const resolved = resolve(entry, scope)
    if (resolved !== noValue) result[name] = resolved
  }
  return result
}

/** Whether a condition's definition (`Fn::Equals`, `Fn::And`, ...) holds. */
export function resolveCondition(definition: unknown, scope: Scope): boolean {
  const held = resolve(definition, scope)
  if (typeof held !== 'boolean') throw new Error(`The condition ${JSON.stringify(definition)} is neither true nor false`)
  return held
}

function isIntrinsic(name: string): boolean {
  // `Condition` is an intrinsic only inside conditions; a policy statement has a property of that name, with an object in it.
  return name === 'Ref' || name.startsWith('Fn::')
}

function evaluate(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case 'Ref':
      return scope.ref(text(argument, name))
    case 'Fn::GetAtt':
      return getAttribute(argument, scope)
    case 'Fn::Sub':
      return substitute(argument, scope)
    case 'Fn::Join': {
      const [separator, parts] = list(resolve(argument, scope), name)
      return list(parts, name).map((part) => text(part, name)).join(text(separator, name))
    }
    case 'Fn::Select': {
      const [index, entries] = list(resolve(argument, scope), name)
      const chosen = list(entries, name)[Number(index)]
      if (chosen === undefined) throw new Error(`Fn::Select finds nothing at ${String(index)} of ${JSON.stringify(entries)}`)
      return chosen
    }
    case 'Fn::Split': {
      const [separator, whole] = list(resolve(argument, scope), name)
      return text(whole, name).split(text(separator, name))
    }
    case 'Fn::If': {
      const [condition, whenTrue, whenFalse] = list(argument, name)
      return resolve(scope.condition(text(condition, name)) ? whenTrue : whenFalse, scope)
    }
    case 'Fn::ImportValue':
      return scope.imported(text(resolve(argument, scope), name))
    case 'Fn::FindInMap': {
      const [map, first, second] = list(resolve(argument, scope), name)
      return scope.mapping(text(map, name), text(first, name), text(second, name))
    }
    case 'Fn::Base64':
      return Buffer.from(text(resolve(argument, scope), name)).toString('base64')
    default:
      return evaluateCondition(name, argument, scope)
  }
}

function evaluateCondition(name: string, argument: unknown, scope: Scope): boolean {
  const operands = (): boolean[] => list(argument, name).map((part) => operand(part, scope))
  switch (name) {
    case 'Fn::Equals': {
      const [left, right] = list(resolve(argument, scope), name)
      return JSON.stringify(left) === JSON.stringify(right)
    }
    case 'Fn::And':
      return operands().every(Boolean)
    case 'Fn::Or':
      return operands().some(Boolean)
    case 'Fn::Not':
      return !operands().some(Boolean)
    default:
      throw new Error(`The local host does not know the intrinsic function ${name}`)
  }
}

function operand(part: unknown, scope: Scope): boolean {
  return isObject(part) && typeof part['Condition'] === 'string' ? scope.condition(part['Condition']) : resolveCondition(part, scope)
}

function getAttribute(argument: unknown, scope: Scope): unknown {
  const path = typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt').map((part) => text(resolve(part, scope), 'Fn::GetAtt'))
  const [logicalId = '', ...attribute] = path
  return scope.attribute(logicalId, attribute.join('.'))
}

/** `${Name}`, `${Name.Attribute}` and `${!Literal}` in a string, with the names of the optional second argument first. */
function substitute(argument: unknown, scope: Scope): string {
  const [pattern, given] = Array.isArray(argument) ? argument : [argument, {}]
  const variables = isObject(given) ? given : {}
  return text(pattern, 'Fn::Sub').replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`
    if (name in variables) return text(resolve(variables[name], scope), 'Fn::Sub')
    return text(name.includes('.') ? getAttribute(name, scope) : scope.ref(name), 'Fn::Sub')
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${where} needs a list and has ${JSON.stringify(value)}`)
  return value
}

function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error(`${where} needs a text and has ${typeof value === 'symbol' ? 'AWS::NoValue' : JSON.stringify(value)}`)
}
