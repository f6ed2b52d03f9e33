import { inject } from 'vitest'
import { WebSocket } from 'ws'
import * as z from 'zod'
import { events, type ApiAction, type ApiEvents } from '../../functions/chat/routes.ts'
import { openLive, type Live } from '../../shared/client/index.ts'
import { until, type Person } from './client.ts'

/** What came over a connection unasked. */
export interface SeenEvent {
  readonly event: string
  readonly [field: string]: unknown
}

/** A person's screen: a live connection, and every event that came over it. */
export interface Screen {
  readonly live: Live<ApiAction, ApiEvents>
  readonly seen: readonly SeenEvent[]
  /** Cuts the connection without a word; `true` keeps it from coming back. */
  cut(stayAway?: boolean): void
  comeBack(): void
}

const lives: Live<ApiAction, ApiEvents>[] = []

const KINDS = Object.keys(events) as (keyof ApiEvents)[]

/** Connects as a browser does, with a ticket. Every event is held against the table of events. */
export async function screenOf({ api }: Person): Promise<Screen> {
  const seen: SeenEvent[] = []
  let socket: WebSocket | undefined
  let stays = false
  const live = await openLive<ApiAction, ApiEvents>({
    address: inject('ready').websocket,
    ticket: async () => (await api('POST /v1/socket-tickets')).ticket,
    open(address) {
      if (stays) throw new Error('Away.')
      return (socket = new WebSocket(address))
    },
    patience: { firstPauseMilliseconds: 20, longestPauseMilliseconds: 100 },
  })
  lives.push(live)
  for (const kind of KINDS) {
    const { shape } = events[kind] as z.ZodObject
    live.on(kind, (event) => seen.push({ ...z.strictObject({ event: z.literal(kind), ...shape }).parse(event), event: kind }))
  }
  return { live, seen, cut: (stayAway = false) => ((stays = stayAway), socket?.terminate()), comeBack: () => void (stays = false) }
}

/** Waits for an event on a screen. */
export async function came({ seen }: Screen, wanted: (event: SeenEvent) => boolean): Promise<SeenEvent> {
  return (await until(async () => seen.find(wanted))).value
}

/** Closes all screens that were opened by this file's journeys. */
export function closeScreens(): void {
  for (const live of lives.splice(0)) live.close()
}
