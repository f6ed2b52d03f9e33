/** A call as a request: where to, with which headers, and what is sent. */
export interface OutgoingRequest {
  readonly method: string
  readonly address: string
  readonly headers: Record<string, string>
  readonly body: string | undefined
}

/** Puts an input where it belongs: into the path, the query, the body or a header. Throws a TypeError for a part of the path that is missing. */
export function requestOf(api: string, name: string, input: Readonly<Record<string, unknown>>, etagOf: (read: object) => string | undefined): OutgoingRequest {
  const [method = '', template = ''] = name.split(' ')
  const { values, ifMatch, ...named } = input
  const rest: Record<string, unknown> = named
  const path = template.replaceAll(/\{(\w+)\+?\}/g, (_, part: string) => {
    const value = rest[part]
    if (value === undefined || value === null || value === '') throw new TypeError(`${name} needs ${part}.`)
    delete rest[part]
    return encodeURIComponent(String(value))
  })
  const query = new URLSearchParams(Object.entries(rest).filter(([, value]) => value !== undefined).map(([key, value]): [string, string] => [key, String(value)]))
  return {
    method,
    address: `${api.replace(/\/$/, '')}${path}${query.size > 0 ? `?${query}` : ''}`,
    headers: { ...(values === undefined ? {} : { 'content-type': 'application/json' }), ...(ifMatch === undefined ? {} : { 'if-match': etagFrom(ifMatch, etagOf) }) },
    body: values === undefined ? undefined : JSON.stringify(values),
  }
}

function etagFrom(ifMatch: unknown, etagOf: (read: object) => string | undefined): string {
  if (typeof ifMatch === 'number') return `"${ifMatch}"`
  if (typeof ifMatch === 'string') return ifMatch
  const etag = typeof ifMatch === 'object' && ifMatch !== null ? etagOf(ifMatch) : undefined
  if (etag === undefined) throw new TypeError('ifMatch takes a version, an ETag, or something that this client has read and that has a version.')
  return etag
}
