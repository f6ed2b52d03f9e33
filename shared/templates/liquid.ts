import type { Liquid, Template } from 'liquidjs'
import { LONGEST_HTML, LONGEST_SUBJECT, LONGEST_TEXT } from './schema.ts'
import { LONGEST_RENDERED, MOST_RENDER_MEMORY, MOST_RENDER_MILLISECONDS } from './limits.ts'

/** A part of a template, ready to be filled in. */
export interface Part {
  /** Paths of everything it takes from outside; a step that is not a text or a number is worked out by the template itself. */
  readonly placeholders: readonly (readonly unknown[])[]
  /** Throws for what went beyond a limit; with `strict` also for what is not there. */
  render(scope: Readonly<Record<string, unknown>>, options?: { strict?: boolean }): string
}

/** They would take in files and other templates. */
const TAGS_LEFT_OUT = ['include', 'render', 'layout', 'block']
/** A value that comes unescaped into HTML is somebody's script; the other is chance, and the same mail must come out the same. */
const FILTERS_LEFT_OUT = ['raw', 'sample']

/** Reads a part of a template. Throws the parser's own error, which names the place, for what is no Liquid. */
export async function readPart(source: string, as: 'html' | 'plain'): Promise<Part> {
  const engine = await engineFor(as)
  const parsed = engine.parse(source)
  return {
    placeholders: engine.globalVariableSegmentsSync(parsed),
    render: (scope, { strict = false } = {}) => filledIn(engine, parsed, scope, strict),
  }
}

function filledIn(engine: Liquid, parsed: Template[], scope: Readonly<Record<string, unknown>>, strict: boolean): string {
  const text = String(engine.renderSync(parsed, scope, { strictVariables: strict }))
  if (text.length > LONGEST_RENDERED) throw new Error(`It becomes longer than ${LONGEST_RENDERED} characters.`)
  return text
}

const engines = new Map<'html' | 'plain', Promise<Liquid>>()

function engineFor(as: 'html' | 'plain'): Promise<Liquid> {
  const engine = engines.get(as) ?? makeEngine(as)
  engines.set(as, engine)
  return engine
}

/** The library is large: only functions that fill templates in load it, when they do. */
async function makeEngine(as: 'html' | 'plain'): Promise<Liquid> {
  const { Liquid } = await import('liquidjs')
  const engine = new Liquid({
    strictFilters: true,
    ownPropertyOnly: true,
    // Nothing is taken in from anywhere, so there is nothing to find.
    templates: {},
    timezoneOffset: 0,
    parseLimit: LONGEST_HTML + LONGEST_TEXT + LONGEST_SUBJECT,
    renderLimit: MOST_RENDER_MILLISECONDS,
    memoryLimit: MOST_RENDER_MEMORY,
    ...(as === 'html' ? { outputEscape: 'escape' as const } : {}),
  })
  for (const tag of TAGS_LEFT_OUT) delete engine.tags[tag]
  for (const filter of FILTERS_LEFT_OUT) delete engine.filters[filter]
  return engine
}
