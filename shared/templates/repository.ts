import { notFound } from '../kernel/problem.ts'
import type { Row, Table, Write } from '../platform/table.ts'
import { contentKey, templateKey, TEMPLATES_PARTITION } from './keys.ts'
import type { Content, TemplateSummary, TemplateView } from './schema.ts'

/** The template as it stands; 404 for one that is not there. */
export async function loadTemplate(table: Table, id: string): Promise<TemplateView> {
  const row = await table.get(templateKey(id), { consistent: true })
  if (!row) throw notFound('template')
  const summary = summaryOf(row)
  const { html, text } = await loadContent(table, id, summary.version)
  return { ...summary, html, text }
}

/** What a version of a template says. It is there for ever, also when the template is deleted. */
export async function loadContent(table: Table, id: string, version: number): Promise<Content> {
  const row = await table.get(contentKey(id, version), { consistent: true })
  if (!row) throw new Error(`Version ${version} of the template ${id} is not there.`)
  return { subject: String(row['subject']), html: String(row['html']), text: String(row['text']) }
}

/** Newest first, after the template with the given id. */
export async function readTemplates(table: Table, after: string | undefined, limit: number): Promise<TemplateSummary[]> {
  const { rows } = await table.query({ partition: TEMPLATES_PARTITION, ...(after === undefined ? {} : { before: after }), newestFirst: true, limit, consistent: true })
  return rows.map(summaryOf)
}

/** The writes that take a template from one state to the next, for one transaction; without `before` it must not be there yet. */
export function templateWrites(before: TemplateSummary | undefined, after: TemplateView): Write[] {
  const { html, text, ...summary } = after
  return [
    { put: { ...templateKey(after.id), kind: 'mailTemplate', ...summary }, if: before ? { equals: { version: before.version } } : { absent: true } },
    { put: { ...contentKey(after.id, after.version), kind: 'mailTemplateContent', subject: after.subject, html, text } },
  ]
}

function summaryOf(row: Row): TemplateSummary {
  return {
    id: row.sk,
    name: String(row['name']),
    subject: String(row['subject']),
    type: typeof row['type'] === 'string' ? row['type'] : null,
    version: Number(row['version']),
    updatedAt: String(row['updatedAt']),
    updatedBy: String(row['updatedBy']),
  }
}
