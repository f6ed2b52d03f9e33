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
  /** Answers without a token: the use case is given an actor without a name, who has no rights. */
  readonly public?: true
  /** A public route that shows more to who sends a token. The gateway checks no tokens on public routes, so the function does. */
  readonly welcomesToken?: true
  /** Its effects are several transactions, so that an Idempotency-Key is stored apart from them. */
  readonly manyTransactions?: true
  /** Changes a thing that has a version, and heeds the If-Match header (ITM-6). */
  readonly takesIfMatch?: true
  readonly params?: Fields
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly returns?: z.ZodType
  /** What comes out where it is not JSON; the use case returns it as text. */
  readonly produces?: 'text/html'
  /** 200 unless it creates (201), deletes (204) or points elsewhere (302: the use case returns `{ location }`). */
  readonly status: 200 | 201 | 204 | 302
  readonly run: (ctx: Ctx & Ports, input: never) => Promise<unknown>
}

/** A route that knows the types of its schemas: the typed client infers from it what a request takes and what comes back. */
export interface TypedRoute<Ports, M extends Method, Path extends string, P, Q, B, R> extends Route<Ports> {
  readonly method: M
  readonly path: Path
  /** For the compiler alone: no value is ever kept here. */
  readonly types?: { readonly params: P; readonly query: Q; readonly body: B; readonly returns: R }
}

/** Declares a route; the input of its use case follows from its schemas. A table of routes ends in `as const satisfies readonly Route[]`, so that their types last. */
export function route<
  Ports = unknown,
  P extends Fields | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
  const M extends Method = Method,
  const Path extends string = string,
>(
  definition: Omit<Route<Ports>, 'method' | 'path' | 'run' | 'status' | 'params' | 'query' | 'body' | 'returns'> & {
    readonly method: M
    readonly path: Path
    readonly params?: P
    readonly query?: Q
    readonly body?: B
    readonly returns?: R
    readonly status?: Route['status']
    readonly run: (ctx: Ctx & Ports, input: InputOf<P, Q, B>) => Promise<unknown>
  },
): TypedRoute<Ports, M, Path, P, Q, B, R> {
  const { params, query, body, returns, status, run, ...rest } = definition
  return {
    ...rest,
    ...(params ? { params } : {}),
    ...(query ? { query } : {}),
    ...(body ? { body } : {}),
    ...(returns ? { returns } : {}),
    status: status ?? 200,
    run,
  }
}
