import { AwsError } from '../contract.ts'
import type { AwsCall } from '../contract.ts'

/** The parameters of a call in AWS's query protocol, where lists are `Name.member.1`, `Name.member.2`. */
export interface QueryForm {
  readonly action: string
  one(name: string): string | undefined
  /** @throws AwsError `ValidationError` when it is missing */
  required(name: string): string
  list(name: string): string[]
  /** A list of structures, each given as the values of the named members. */
  structures<K extends string>(name: string, ...members: readonly K[]): Record<K, string>[]
}

export function queryForm(call: AwsCall): QueryForm {
  const form = new URLSearchParams(call.method === 'GET' ? call.query : call.body.toString('utf8'))
  const one = (name: string): string | undefined => form.get(name) ?? undefined
  const required = (name: string): string => {
    const value = one(name)
    if (value !== undefined) return value
    const field = `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`
    throw new AwsError('ValidationError', `1 validation error detected: Value null at '${field}' failed to satisfy constraint: Member must not be null`)
  }
  const positions = (name: string, member: string): string[] => {
    const prefixes: string[] = []
    for (let position = 1; form.has(`${name}.member.${position}${member}`); position += 1) prefixes.push(`${name}.member.${position}`)
    return prefixes
  }
  return {
    action: one('Action') ?? '',
    one,
    required,
    list: (name) => positions(name, '').map((prefix) => one(prefix) ?? ''),
    structures<K extends string>(name: string, ...members: readonly K[]) {
      const first = members[0] === undefined ? '' : `.${members[0]}`
      return positions(name, first).map((prefix) => Object.fromEntries(members.map((member) => [member, one(`${prefix}.${member}`) ?? ''])) as Record<K, string>)
    },
  }
}
