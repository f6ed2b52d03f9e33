/**
 * Where a mail belongs, written from the rules SNS-1 to SNS-9 alone (shared/RULES.md). It knows nothing of the product: it is told a company, what it holds and a mail as its sender meant it,
 * and gives the items on which the mail must stand. Slow and plain on purpose.
 */

export interface ModelUser {
  readonly id: string
  readonly emails: readonly string[]
  readonly active: boolean
  /** Whether they may read every item, or only those they are responsible for. */
  readonly readsAll: boolean
}

export interface ModelItem {
  readonly type: 'lead' | 'contact' | 'company' | 'deal'
  readonly id: number
  readonly responsibleId: string
  readonly emails: readonly string[]
  /** Contacts and companies linked to it, as `contact#1`. */
  readonly linked: readonly string[]
}

export interface ModelMail {
  readonly name: string
  readonly from: readonly string[]
  /** What the receiving server found: whether it vouches for the sender's domain. */
  readonly vouched: boolean
  readonly spam: boolean
  readonly to: readonly string[]
  readonly cc: readonly string[]
  /** Keys that stand in the subject or the body as keys do, in the order of writing: `DID#88`. Those in quoted history or behind letters are not among them. */
  readonly keys: readonly { readonly type: string; readonly id: number }[]
  /** Addresses in the first line that is not empty. */
  readonly firstLine: readonly string[]
  /** Earlier mails that it answers, the nearest first. */
  readonly answers: readonly string[]
  /** Items whose signed reply address is among its recipients. */
  readonly replyTo: readonly { readonly type: string; readonly id: number }[]
}

export interface ModelCompany {
  readonly crm: readonly string[]
  readonly users: readonly ModelUser[]
  readonly items: readonly ModelItem[]
}

export interface ModelOutcome {
  readonly status: 'routed' | 'unsorted' | 'quarantined'
  readonly items: readonly string[]
  readonly direction: 'in' | 'out'
}

/** Outcomes of all mails, told in the order in which each follows what it answers. */
export function outcomesOf(company: ModelCompany, mails: readonly ModelMail[]): Map<string, ModelOutcome> {
  const known = new Map<string, ModelOutcome>()
  const byName = new Map(mails.map((mail) => [mail.name, mail]))
  const of = (name: string): ModelOutcome | undefined => {
    const mail = byName.get(name)
    if (!mail) return undefined
    const outcome = known.get(name) ?? outcomeOf(company, mail, of, (other) => byName.get(other))
    known.set(name, outcome)
    return outcome
  }
  for (const { name } of mails) of(name)
  return known
}

function outcomeOf(company: ModelCompany, mail: ModelMail, earlier: (name: string) => ModelOutcome | undefined, mailOf: (name: string) => ModelMail | undefined): ModelOutcome {
  // SNS-7: spam is quarantined.
  if (mail.spam) return { status: 'quarantined', items: [], direction: 'in' }
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
  const userOf = (address: string): ModelUser | undefined => company.users.find(({ emails }) => emails.some((one) => same(one, address)))
  const isCrm = (address: string): boolean => company.crm.some((one) => same(one, address))
  const isOurs = (address: string): boolean => isCrm(address) || userOf(address) !== undefined
  const itemOf = (ref: { type: string; id: number }): ModelItem | undefined => company.items.find(({ type, id }) => type === ref.type && id === ref.id)
  const text = (item: { type: string; id: number }): string => `${item.type}#${item.id}`
  const holds = (item: ModelItem, address: string): boolean => item.emails.some((one) => same(one, address))
  // SNS-2: leads, contacts and companies that hold an address.
  const holders = (addresses: readonly string[]): string[] => company.items.filter((item) => item.type !== 'deal' && addresses.some((one) => !isOurs(one) && holds(item, one))).map(text)

  const [from] = mail.from
  const sender = mail.from.length === 1 && from !== undefined ? userOf(from) : undefined
  const employee = mail.vouched && sender?.active === true ? sender : undefined
  const finish = (items: readonly string[]): ModelOutcome => ({ status: items.length > 0 ? 'routed' : 'unsorted', items: [...new Set(items)].toSorted(), direction: employee ? 'out' : 'in' })

  // The nearest mail that it answers and that stands somewhere; a customer must have been among its people (SNS-9).
  const theirs = mail.from.filter((address) => !isOurs(address))
  const thread = mail.answers.flatMap((name) => {
    const outcome = earlier(name)
    const other = mailOf(name)
    if (!outcome || !other || outcome.items.length === 0) return []
    const wasThere = [...other.from, ...other.to, ...other.cc].some((one) => theirs.some((address) => same(one, address)))
    return employee || wasThere ? [outcome.items] : []
  })
  const byThread = thread[0] ?? []

  if (employee) {
    const mayRead = (item: ModelItem): boolean => employee.readsAll || item.responsibleId === employee.id
    const wished = [...mail.keys, ...mail.replyTo]
    const granted = wished.flatMap((ref) => {
      const item = itemOf(ref)
      return item && mayRead(item) ? [text(item)] : []
    })
    if (granted.length > 0 || byThread.length > 0) return finish([...granted, ...byThread])
    // SNS-9: a key to what they may not read leaves it to the queue.
    if (wished.length > 0) return finish([])
    const recipients = [...mail.to, ...mail.cc].filter((address) => !isOurs(address))
    // SNS-3 where nobody else is written to, SNS-2 where somebody is.
    return finish(recipients.length === 0 ? holders(mail.firstLine) : holders(recipients))
  }

  const proven = mail.keys.flatMap((ref) => {
    const item = itemOf(ref)
    if (!item) return []
    const linked = item.linked.flatMap((name) => company.items.filter((one) => text(one) === name))
    return theirs.some((address) => [item, ...linked].some((one) => holds(one, address))) ? [text(item)] : []
  })
  const replied = mail.from.some(isCrm) ? [] : mail.replyTo.flatMap((ref) => (itemOf(ref) ? [text(ref)] : []))
  const found = [...proven, ...replied, ...byThread]
  return finish(found.length > 0 ? found : holders(theirs))
}
