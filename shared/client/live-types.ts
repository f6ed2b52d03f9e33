import type * as z from 'zod'

/** What the types of a live connection are inferred from: a row of the table of actions. */
export interface ActionTypes {
  readonly action: string
  readonly types?: { readonly body: unknown; readonly returns: unknown }
}

/** The kinds of events with their schemas. */
export type EventTypes = Readonly<Record<string, z.ZodType>>

export type ActionName<A extends ActionTypes> = A['action']

type Row<A extends ActionTypes, Name> = A extends { action: Name } ? NonNullable<A['types']> : never

/** What an action takes besides its id. */
export type ActionInput<A extends ActionTypes, Name> = Row<A, Name> extends { body: infer B } ? (B extends z.ZodType ? z.input<B> : never) : never

/** What the answer to it says besides `ok`. */
export type ActionOutput<A extends ActionTypes, Name> = Row<A, Name> extends { returns: infer R } ? R : never

export type EventOf<E extends EventTypes, Name extends keyof E> = z.output<E[Name]>

/** A message as the event `chat.message` tells it. */
export type MessageOf<E extends EventTypes> = 'chat.message' extends keyof E ? (EventOf<E, 'chat.message'> extends { message: infer M } ? M : never) : never
