import * as z from 'zod'
import { pageOf } from '../kernel/page.ts'

const LONGEST_NAME = 200
export const LONGEST_SUBJECT = 500
/** Characters; in the longest alphabets both together stay below the 400 KB of a row. */
export const LONGEST_HTML = 90_000
export const LONGEST_TEXT = 30_000

const typeCode = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/)

/** What a template says, before placeholders are filled in. */
export const Content = z.strictObject({ subject: z.string().max(LONGEST_SUBJECT), html: z.string().max(LONGEST_HTML), text: z.string().max(LONGEST_TEXT) })
export type Content = z.infer<typeof Content>

const fields = {
  name: z.string().trim().min(1).max(LONGEST_NAME),
  subject: z.string().trim().min(1).max(LONGEST_SUBJECT),
  html: Content.shape.html,
  text: Content.shape.text,
  /** The type of items it is written for; left out, it takes any field of a lead, contact or company. */
  type: typeCode.nullable(),
}

export const TemplateInput = z.strictObject({ ...fields, html: fields.html.default(''), text: fields.text.default(''), type: fields.type.default(null) })
export type TemplateInput = z.infer<typeof TemplateInput>

export const TemplatePatch = z.strictObject(fields).partial()
export type TemplatePatch = z.infer<typeof TemplatePatch>

const Summary = z.object({
  id: z.string(),
  name: z.string(),
  subject: z.string(),
  type: z.string().nullable(),
  version: z.number(),
  updatedAt: z.string(),
  updatedBy: z.string(),
})
/** A template as the list shows it, without what it says. */
export type TemplateSummary = z.infer<typeof Summary>

export const TemplateView = Summary.extend({ html: z.string(), text: z.string() })
export type TemplateView = z.infer<typeof TemplateView>

export const TemplatePage = pageOf(Summary)
export const TemplateParam = z.object({ id: z.string().min(1).max(64) })

/** The item to fill a template in for. */
export const PreviewInput = z.strictObject({ type: typeCode, id: z.int().min(1) })
export type PreviewInput = z.infer<typeof PreviewInput>

export const RenderedView = z.object({ subject: z.string(), html: z.string(), text: z.string() })
