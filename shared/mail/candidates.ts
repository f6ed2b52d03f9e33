import { comparableEmail, EmailAddress } from '../kernel/email.ts'
import { keysIn, type FoundKey } from './item-keys.ts'
import type { Letter, Person } from './letter.ts'
import { MOST_FIRST_LINE_ADDRESSES } from './limits.ts'
import { firstLineOf } from './quoted-history.ts'
import type { Standing } from './standing.ts'

/** All that a mail offers to the rules, before anything is looked up. Addresses are in the form in which they compare. */
export interface Candidates {
  readonly keys: readonly FoundKey[]
  /** Items that it answers to by signed reply addresses among its recipients. */
  readonly answered: readonly FoundKey[]
  /** It bears one of the CRM's own addresses as its sender: mail that runs in a circle. */
  readonly isOurOwn: boolean
  /** The nearest first. */
  readonly references: readonly string[]
  readonly firstLine: Addresses
  readonly recipients: Addresses
  readonly senders: Addresses
}

/** Addresses that may match, and those that never do since they are ours. */
export interface Addresses {
  readonly theirs: readonly string[]
  readonly employees: readonly string[]
}

/** Finds what in a letter could lead to items. Only what the rules for this standing use is looked for (SNS-2, SNS-3, SNS-4). */
export function candidatesOf(letter: Letter, standing: Standing, prefixes: ReadonlyMap<string, string>, ours: (address: string) => 'crm' | 'employee' | undefined, answered: readonly FoundKey[] = []): Candidates {
  const sorted = (addresses: readonly string[]): Addresses => sortOut(addresses, ours)
  const none: Addresses = { theirs: [], employees: [] }
  const byEmployee = standing.as === 'employee'
  return {
    keys: keysIn(`${letter.subject}\n${letter.ownWords}`, prefixes),
    answered,
    isOurOwn: letter.from.some(({ address }) => ours(address) === 'crm'),
    references: letter.references,
    firstLine: byEmployee ? sorted(addressesIn(firstLineOf(letter.ownWords))) : none,
    recipients: byEmployee ? sorted(addressesOf([...letter.to, ...letter.cc])) : none,
    senders: byEmployee ? none : sorted(addressesOf(letter.from)),
  }
}

function sortOut(addresses: readonly string[], ours: (address: string) => 'crm' | 'employee' | undefined): Addresses {
  const distinct = [...new Set(addresses)]
  return { theirs: distinct.filter((one) => ours(one) === undefined), employees: distinct.filter((one) => ours(one) === 'employee') }
}

function addressesOf(people: readonly Person[]): string[] {
  return people.flatMap(({ address }) => (EmailAddress.safeParse(address).success ? [comparableEmail(address)] : []))
}

const LONGEST_FIRST_LINE = 20_000

/** E-mail addresses among other words: in brackets, after commas, as links. */
function addressesIn(line: string): string[] {
  const words = line.slice(0, LONGEST_FIRST_LINE).split(/[\s,;<>()[\]"]+|\bmailto:/i)
  const bare = words.filter((word) => word.includes('@')).map((word) => word.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
  return addressesOf(bare.map((address) => ({ name: '', address }))).slice(0, MOST_FIRST_LINE_ADDRESSES)
}
