import { comparableEmail } from '../kernel/email.ts'
import { typesOf } from '../types/index.ts'
import { derived, isActive, peopleOf, type Workspace } from '../workspace/index.ts'
import { settingsEntry } from './keys.ts'
import type { MailSettings, MailSettingsInput } from './schema.ts'

const storedSettings = derived((workspace: Workspace) => workspace.entry<MailSettingsInput>(settingsEntry.kind, settingsEntry.id) ?? {})

/** The settings of Send&Save as they stand. `mailAddress` is the deployment's own address, where mail for the CRM comes in. */
export function settingsOf(workspace: Workspace, mailAddress: string): MailSettings {
  return withDefaults(workspace, mailAddress, storedSettings(workspace))
}

/**
 * The settings that these make, with defaults for what they leave out: always such as can be put again, however long ago they were stored (SNS-1). Keys of types that are
 * gone are left away, and nobody who has left is named where nothing is created.
 */
export function withDefaults(workspace: Workspace, mailAddress: string, given: MailSettingsInput): MailSettings {
  const known = defaultPrefixes(workspace)
  const keys = Object.fromEntries(Object.entries(given.keys ?? {}).filter(([type]) => Object.hasOwn(known, type)))
  const { unmatched = 'keep', responsibleId = null } = given
  const isNobody = unmatched === 'keep' && responsibleId !== null && !isActive(peopleOf(workspace), responsibleId)
  const addresses = given.addresses ?? (mailAddress === '' ? [] : [mailAddress])
  return { addresses, keys: { ...known, ...keys }, unmatched, responsibleId: isNobody ? null : responsibleId }
}

/** What a key begins with as long as nobody has said otherwise, by type: the product's own and one for each smart process (SNS-1). */
export function defaultPrefixes(workspace: Workspace): Record<string, string> {
  return Object.fromEntries([...typesOf(workspace).values()].map(({ code, keyPrefix }) => [code, keyPrefix]))
}

/** Where mail for the CRM comes in or is handed on from, in the form in which addresses compare. */
export function crmAddressesOf(workspace: Workspace, mailAddress: string): ReadonlySet<string> {
  return new Set([mailAddress, ...settingsOf(workspace, mailAddress).addresses].map(comparableEmail).filter((address) => address !== ''))
}

/** Tells addresses that match nothing: the CRM's own, with or without a `+label`, and those of the people of the company (SNS-2). */
export function addressesOfOurs(workspace: Workspace, mailAddress: string): (address: string) => 'crm' | 'employee' | undefined {
  const { userByEmail } = peopleOf(workspace)
  const own = crmAddressesOf(workspace, mailAddress)
  return (address) => {
    const comparable = comparableEmail(address)
    if (own.has(comparable) || own.has(withoutLabel(comparable))) return 'crm'
    return userByEmail.has(comparable) ? 'employee' : undefined
  }
}

/** `crm@company.example` of `crm+sales@company.example`: SES takes mail in with any label. */
function withoutLabel(address: string): string {
  return address.replace(/\+[^@]*@/, '@')
}
