import type * as z from 'zod'
import type { Ctx } from '../workspace/index.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type Fields = z.ZodObject
type Parsed<S> = S extends z.ZodType ? z.output<S> : unknown

/** What a use case is given: path and query parameters by name, the body as `values`, and the version of an If-Match header as `ifMatch`. */
export type InputOf<P, Q, B> = Parsed<P> & Parsed<Q> & (B extends z.ZodType ? { values: z.output<B> } : unknown) & { ifMatch?: number }

/** One route as data: the router, the infrastructure, the API description and the typed client read the same table (API-1). */
export interface Route<Ports = unknown> {
  readonly method: Method
  /** API Gateway's notation: `/v1/items/{type}/{id}`. */
  readonly path: string
  /** One sentence for people, shown in the API's description. */
  readonly summary: string
  /** Answers without a token. */
  readonly public?: true
  /** Its effects are several transactions, so that an Idempotency-Key is stored apart from them. */
  readonly manyTransactions?: true
  readonly params?: Fields
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly returns?: z.ZodType
  /** 200 unless it creates (201), deletes (204) or points elsewhere (302: the use case returns `{ location }`). */
  readonly status: 200 | 201 | 204 | 302
  readonly run: (ctx: Ctx & Ports, input: never) => Promise<unknown>
}

/** Declares a route; the input of its use case follows from its schemas. */
export function route<Ports = unknown, P extends Fields | undefined = undefined, Q extends z.ZodType | undefined = undefined, B extends z.ZodType | undefined = undefined>(
  definition: Omit<Route<Ports>, 'run' | 'status' | 'params' | 'query' | 'body'> & {
    readonly params?: P
    readonly query?: Q
    readonly body?: B
    readonly status?: Route['status']
    readonly run: (ctx: Ctx & Ports, input: InputOf<P, Q, B>) => Promise<unknown>
  },
): Route<Ports> {
  const { params, query, body, status, run, ...rest } = definition
  return {
    ...rest,
    ...(params ? { params } : {}),
    ...(query ? { query } : {}),
    ...(body ? { body } : {}),
    status: status ?? 200,
    run,
  }
}
