import type { ApiDocument, JsonSchema, MediaType, Operation, Parameter, Response } from './schema.ts'

/** One page with everything in the document. It holds no scripts and fetches nothing. */
export function pageOf(document: ApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
  const areas = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? '')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(document.info.title)} API</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${text(document.info.title)} API</h1>
${document.info.description.split('\n\n').map((part) => `<p>${text(part)}</p>`).join('\n')}
<p>For programs: <a href="openapi.json">openapi.json</a></p>
<nav>${[...areas.keys()].map((area) => `<a href="#${attribute(area)}">${text(area)}</a>`).join(' ')}</nav>
</header>
<main>
${[...areas].map(([area, found]) => `<section id="${attribute(area)}">\n<h2>${text(area)}</h2>\n${found.map(({ path, method, operation }) => operationPart(document, path, method, operation)).join('\n')}\n</section>`).join('\n')}
<section id="schemas">
<h2>schemas</h2>
${Object.entries(document.components.schemas).map(([name, schema]) => `<details id="schema-${attribute(name)}"><summary><code>${text(name)}</code></summary>${json(schema)}</details>`).join('\n')}
</section>
</main>
</body>
</html>
`
}

function operationPart(document: ApiDocument, path: string, method: string, operation: Operation): string {
  const body = operation.requestBody?.content['application/json']
  return `<details id="${attribute(operation.operationId)}">
<summary><b class="${attribute(method)}">${text(method.toUpperCase())}</b> <code>${text(path)}</code> <span>${text(operation.summary)}</span></summary>
${operation.parameters ? `<table>${operation.parameters.map(parameterRow).join('')}</table>` : ''}
${body ? `<h3>Body</h3>${mediaPart(body)}` : ''}
${Object.entries(operation.responses).map(([status, response]) => responsePart(status, '$ref' in response ? document.components.responses[response.$ref.slice('#/components/responses/'.length)] : response)).join('\n')}
</details>`
}

function parameterRow({ name, in: place, required, description, schema }: Parameter): string {
  return `<tr><td><code>${text(name)}</code></td><td>${text(place)}${required ? ', required' : ''}</td><td>${text(description ?? '')} <code>${text(shortForm(schema))}</code></td></tr>`
}

function responsePart(status: string, response: Response | undefined): string {
  const media = Number(status) < 300 ? response?.content?.['application/json'] : undefined
  return `<p><b>${text(status)}</b> ${text(response?.description ?? '')}</p>${media ? mediaPart(media) : ''}`
}

function mediaPart({ schema, example, examples }: MediaType): string {
  const shown = examples ? Object.values(examples)[0]?.value : example
  return `<p>${schema ? schemaLinks(schema) : ''}</p>${shown === undefined ? '' : json(shown)}`
}

function schemaLinks(schema: JsonSchema): string {
  const among = schema.anyOf ?? [schema]
  return among.map(({ $ref }) => $ref?.slice('#/components/schemas/'.length)).map((name) => (name === undefined ? '' : `<a href="#schema-${attribute(name)}"><code>${text(name)}</code></a>`)).join(' or ')
}

/** A schema in a few characters, for a cell of a table. */
function shortForm({ type, enum: choices, minimum, maximum, pattern, default: byDefault }: JsonSchema): string {
  const range = minimum === undefined && maximum === undefined ? '' : ` ${minimum ?? ''}..${maximum ?? ''}`
  const kind = choices ? choices.map(String).join(' | ') : pattern ? `${String(type ?? '')} ${pattern}` : `${[type].flat().join(' or ')}${range}`
  return byDefault === undefined ? kind : `${kind}, ${JSON.stringify(byDefault)} if left out`
}

function json(value: unknown): string {
  return `<pre>${text(JSON.stringify(value, undefined, 2))}</pre>`
}

/** Companies name types and fields themselves, so everything is text, never markup. */
function text(raw: string): string {
  return raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}

function attribute(raw: string): string {
  return text(raw.replaceAll(/[^\w-]/g, '-'))
}

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 1rem; color: #1d2733; background: #fff }
nav a { margin-right: .75rem } h2 { border-bottom: 1px solid #d5dce4 } h3 { margin: .5rem 0 0 }
details { border-bottom: 1px solid #eceff3; padding: .35rem 0 } summary { cursor: pointer } summary span { color: #5a6878 }
summary b { display: inline-block; width: 4.5rem } .get { color: #1a6f3c } .post { color: #1c4fa1 } .put, .patch { color: #8a5a00 } .delete { color: #a32020 }
table { border-collapse: collapse } td { padding: .15rem .75rem .15rem 0; vertical-align: top } td code { overflow-wrap: anywhere }
pre { background: #f4f6f8; padding: .75rem; overflow: auto; font-size: 13px; max-height: 28rem }
@media (prefers-color-scheme: dark) { body { color: #dfe6ee; background: #14191f } pre { background: #1d242c } a { color: #8ab8ff } summary span { color: #9fb0c0 } }
`
