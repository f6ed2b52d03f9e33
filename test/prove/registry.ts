import { proveAccess } from './access/index.ts'
import { proveChat } from './chat/index.ts'
import { proveFuzz } from './fuzz/index.ts'
import { proveItems } from './items/index.ts'
import { proveMailings } from './mailings.ts'
import { proveMail } from './mail/index.ts'
import { proveSlowMails } from './slow-mails.ts'

/** How big a proof is to be, and where its randomness comes from. */
export interface Options {
  /** The proof's own unit (for access: random companies); left out, its full size. */
  readonly runs: number | undefined
  readonly seed: number
}

/** One part of a proof, as it is printed. */
export interface Part {
  readonly name: string
  readonly counts: Readonly<Record<string, number>>
  readonly disagreements: readonly string[]
  readonly seconds: number
}

export interface Proof {
  readonly about: string
  /** Gives each part as soon as it is done. */
  prove(options: Options): AsyncGenerator<Part>
}

/** Every proof by its name. */
export const proofs: Readonly<Record<string, Proof>> = {
  access: proveAccess,
  chat: proveChat,
  fuzz: proveFuzz,
  items: proveItems,
  mailings: proveMailings,
  mail: proveMail,
  'slow-mails': proveSlowMails,
}
