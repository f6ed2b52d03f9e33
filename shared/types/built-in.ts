import type { FieldDefinition, FieldKind, Pipeline, StageSemantic, TypeDefinition } from './schema.ts'

const fields = (kinds: Readonly<Record<string, FieldKind>>): FieldDefinition[] => Object.entries(kinds).map(([name, kind]) => ({ name, kind }))

const defaultPipeline = (stages: readonly (readonly [string, string, StageSemantic?])[]): Pipeline[] => [
  { id: 'default', title: 'Default', stages: stages.map(([id, title, semantic = 'open']) => ({ id, title, semantic })) },
]

const personName = { firstName: 'string', middleName: 'string', lastName: 'string' } as const
const addresses = { phones: 'phones', emails: 'emails' } as const
const money = { amount: 'amount', currency: 'currency' } as const

const lead: TypeDefinition = {
  code: 'lead',
  title: 'Lead',
  fields: fields({ ...personName, companyTitle: 'string', post: 'string', ...addresses, sourceId: 'string', ...money }),
  pipelines: defaultPipeline([
    ['NEW', 'New'],
    ['IN_PROCESS', 'In process'],
    ['CONVERTED', 'Converted', 'success'],
    ['JUNK', 'Junk', 'failure'],
  ]),
  observers: true,
}

const deal: TypeDefinition = {
  code: 'deal',
  title: 'Deal',
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
}

const contact: TypeDefinition = {
  code: 'contact',
  title: 'Contact',
  fields: fields({ ...personName, companyTitle: 'string', post: 'string', ...addresses, birthdate: 'date', sourceId: 'string' }),
  pipelines: [],
  observers: true,
}

const company: TypeDefinition = { code: 'company', title: 'Company', fields: fields({ ...addresses, industry: 'string' }), pipelines: [], observers: true }

/** The types that every company has from the beginning (ITM-1). */
export const builtInTypes: readonly TypeDefinition[] = [lead, deal, contact, company]
