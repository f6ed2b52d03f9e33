import { cleanLine, cleanText } from '../kernel/clean-text.ts'
import type { Workspace } from '../workspace/index.ts'
import { readPart } from './liquid.ts'
import { scopeOf, type Filling } from './placeholders.ts'
import { LONGEST_SUBJECT, type Content } from './schema.ts'

/** A template, read once for many mails. */
export interface ReadTemplate {
  /** Whether it says itself where the recipient can have no more such mail. */
  readonly namesUnsubscribing: boolean
  /** The mail for one item. A value that is missing is empty; a line end in the subject is a space. Throws for what went beyond a limit. */
  fill(workspace: Workspace, filling: Filling): Content
}

/** Reads subject, HTML and text once, to be filled any number of times. */
export async function readTemplateParts(content: Content): Promise<ReadTemplate> {
  const [subject, html, text] = await Promise.all([readPart(content.subject, 'plain'), readPart(content.html, 'html'), readPart(content.text, 'plain')])
  return {
    namesUnsubscribing: [html, text].some(({ placeholders }) => placeholders.some(([first]) => first === 'unsubscribeUrl')),
    fill(workspace, filling) {
      const scope = scopeOf(workspace, filling)
      return { subject: cleanLine(subject.render(scope), LONGEST_SUBJECT), html: cleanText(html.render(scope)), text: cleanText(text.render(scope)) }
    },
  }
}
