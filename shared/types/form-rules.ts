import { invalidField } from '../kernel/problem.ts'
import type { FormSection } from './form-schema.ts'
import type { TypeDefinition } from './schema.ts'

/** Links that items of a type may hold; which of them they do is the matter of items. */
const CLIENT_LINKS = ['companyId', 'contactIds'] as const
const LINKS: Readonly<Record<string, readonly string[]>> = { contact: ['companyIds'], company: ['contactIds'], quote: ['dealId'], invoice: ['dealId'], lead: ['contactId', 'companyId', 'dealId'] }

/** Every field that a form of the type can show, by its name on an item, in the order in which a form shows them when nobody has made one. */
function formFields(type: TypeDefinition): string[] {
  const links = [...(Object.hasOwn(LINKS, type.code) ? (LINKS[type.code] ?? []) : []), ...(type.clientLinks ? CLIENT_LINKS : [])]
  return [
    'title',
    ...(type.pipelines.length > 0 ? ['pipelineId', 'stageId'] : []),
    ...type.fields.map(({ name }) => name),
    ...new Set(links),
    ...(type.productRows ? ['productRows'] : []),
    ...type.customFields.map(({ code }) => `fields.${code}`),
    'responsibleId',
    ...(type.observers ? ['observerIds'] : []),
    'opened',
  ]
}

/** A form names fields that there are, each once (ITM-10). */
export function formMakesSense(type: TypeDefinition, sections: readonly FormSection[]): void {
  const known = new Set(formFields(type))
  const seen = new Set<string>()
  sections.forEach(({ fields }, section) =>
    fields.forEach(({ name }, index) => {
      const pointer = `/sections/${section}/fields/${index}/name`
      if (!known.has(name)) throw invalidField(pointer, 'form.field_unknown', `There is no such field. A form of this type shows ${[...known].join(', ')}.`)
      if (seen.has(name)) throw invalidField(pointer, 'form.field_doubled', 'The form shows this field already.')
      seen.add(name)
    }),
  )
}

/** The form as it is shown: without fields that are gone, and with those that nobody has placed yet in a last section, so that a new field is seen at once. */
export function completed(type: TypeDefinition, sections: readonly FormSection[]): FormSection[] {
  const known = formFields(type)
  const shown = sections.map(({ title, fields }) => ({ title, fields: fields.filter(({ name }) => known.includes(name)) }))
  const placed = new Set(shown.flatMap(({ fields }) => fields.map(({ name }) => name)))
  const left = known.filter((name) => !placed.has(name)).map((name) => ({ name, hidden: false }))
  return left.length === 0 ? shown : [...shown, { title: shown.length === 0 ? type.title : 'More', fields: left }]
}
