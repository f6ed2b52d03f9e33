import type * as z from 'zod'

/** What the types of the client are inferred from: a row of a route table. */
export interface RouteTypes {
  readonly method: string
  readonly path: string
  readonly types?: { readonly params: unknown; readonly query: unknown; readonly body: unknown; readonly returns: unknown }
}

/** Routes that were declared without their own types would let everything through, so they are left out. */
type Known<R extends RouteTypes> = R extends RouteTypes ? (string extends R['path'] ? never : R) : never

/** Method and path as in the route table: `GET /v1/items/{type}/{id}`. */
export type CallName<R extends RouteTypes> = Known<R> extends infer K ? (K extends RouteTypes ? `${K['method']} ${K['path']}` : never) : never

type Row<R extends RouteTypes, Name> = Known<R> extends infer K ? (K extends RouteTypes ? (Name extends `${K['method']} ${K['path']}` ? NonNullable<K['types']> : never) : never) : never

/** What schemas read out of text may be given as what it means; names that a schema leaves open, such as filters, take anything. */
type Loose<T> = { [K in keyof T]: string extends K ? unknown : unknown extends T[K] ? string | number | boolean | undefined : T[K] }
type PathInput<P> = P extends z.ZodType ? { [K in keyof z.input<P>]: string | number } : unknown
type QueryInput<Q> = Q extends z.ZodType ? Loose<z.input<Q>> : unknown
type BodyInput<B> = B extends z.ZodType ? (undefined extends z.input<B> ? { values?: z.input<B> } : { values: z.input<B> }) : unknown

/** The version a change is meant for: its number, its ETag, or something that this client has read. */
export type IfMatch = number | string | object

/** What a call takes: parts of the path and the query by name, the body as `values`, and the version it is meant for. */
export type CallInput<R extends RouteTypes, Name> = Row<R, Name> extends infer T ? (T extends { params: infer P; query: infer Q; body: infer B } ? PathInput<P> & QueryInput<Q> & BodyInput<B> & { ifMatch?: IfMatch } : never) : never

/** What a call gives. */
export type CallOutput<R extends RouteTypes, Name> = Row<R, Name> extends infer T ? (T extends { returns: infer S } ? (S extends z.ZodType ? z.output<S> : undefined) : never) : never

/** Calls that list something page by page. */
export type ListName<R extends RouteTypes> = { [N in CallName<R>]: CallOutput<R, N> extends { items: readonly unknown[]; nextCursor: string | null } ? N : never }[CallName<R>]

export type ListItem<R extends RouteTypes, Name> = CallOutput<R, Name> extends { items: readonly (infer T)[] } ? T : never

/** Arguments of a call: nothing needs to be given where nothing is required. */
export type Arguments<Input, Options> = Partial<Input> extends Input ? [input?: Input, options?: Options] : [input: Input, options?: Options]
