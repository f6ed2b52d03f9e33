import type { FieldDefinition, FieldKind, Pipeline, StageSemantic, TypeDefinition } from './schema.ts'

/** A type as the product brings it along; what the company adds is laid over it by `typesOf`. */
type BuiltInType = Omit<TypeDefinition, 'builtIn' | 'processes' | 'severalPipelines' | 'customFields' | 'removedStages' | 'closing'> & { severalPipelines?: boolean }

const fields = (kinds: Readonly<Record<string, FieldKind>>): FieldDefinition[] => Object.entries(kinds).map(([name, kind]) => ({ name, kind }))

const defaultPipeline = (stages: readonly (readonly [string, string, StageSemantic?])[]): Pipeline[] => [
  { id: 'default', title: 'Default', stages: stages.map(([id, title, semantic = 'open']) => ({ id, title, semantic })) },
]

const personName = { firstName: 'string', middleName: 'string', lastName: 'string' } as const
const addresses = { phones: 'phones', emails: 'emails' } as const
const money = { amount: 'amount', currency: 'currency' } as const

const lead: BuiltInType = {
  code: 'lead',
  title: 'Lead',
  keyPrefix: 'LID#',
  fields: fields({ ...personName, companyTitle: 'string', post: 'string', ...addresses, sourceId: 'string', ...money }),
  pipelines: defaultPipeline([
    ['NEW', 'New'],
    ['IN_PROCESS', 'In process'],
    ['CONVERTED', 'Converted', 'success'],
    ['JUNK', 'Junk', 'failure'],
  ]),
  observers: true,
}

const deal: BuiltInType = {
  code: 'deal',
  title: 'Deal',
  keyPrefix: 'DID#',
  severalPipelines: true,
  fields: fields({ ...money, probability: 'percent', beginDate: 'date', closeDate: 'date' }),
  pipelines: defaultPipeline([
    ['NEW', 'New'],
    ['PREPARATION', 'Preparation'],
    ['INVOICE', 'Invoice'],
    ['EXECUTING', 'Executing'],
    ['WON', 'Won', 'success'],
    ['LOST', 'Lost', 'failure'],
  ]),
  observers: true,
  productRows: true,
  clientLinks: true,
}

const contact: BuiltInType = {
  code: 'contact',
  title: 'Contact',
  keyPrefix: 'CID#',
  fields: fields({ ...personName, companyTitle: 'string', post: 'string', ...addresses, birthdate: 'date', sourceId: 'string' }),
  pipelines: [],
  observers: true,
}

const company: BuiltInType = { code: 'company', title: 'Company', keyPrefix: 'COID#', fields: fields({ ...addresses, industry: 'string' }), pipelines: [], observers: true }

const quote: BuiltInType = {
  code: 'quote',
  title: 'Quote',
  keyPrefix: 'QID#',
  fields: fields({ number: 'string', date: 'date', validUntil: 'date', ...money }),
  pipelines: defaultPipeline([
    ['DRAFT', 'Draft'],
    ['SENT', 'Sent'],
    ['ACCEPTED', 'Accepted', 'success'],
    ['DECLINED', 'Declined', 'failure'],
  ]),
  observers: false,
  productRows: true,
  clientLinks: true,
}

const invoice: BuiltInType = {
  code: 'invoice',
  title: 'Invoice',
  keyPrefix: 'INV#',
  fields: fields({ number: 'string', date: 'date', dueDate: 'date', paidDate: 'date', ...money }),
  pipelines: defaultPipeline([
    ['NEW', 'New'],
    ['SENT', 'Sent'],
    ['PAID', 'Paid', 'success'],
    ['CANCELLED', 'Cancelled', 'failure'],
  ]),
  observers: true,
  productRows: true,
  clientLinks: true,
}

/** The types that every company has from the beginning (ITM-1). */
export const builtInTypes: readonly TypeDefinition[] = [lead, deal, contact, company, quote, invoice].map((type) => ({
  builtIn: true,
  processes: true,
  severalPipelines: false,
  customFields: [],
  removedStages: [],
  closing: false,
  ...type,
}))
