/** Items that can be chosen by number in one mailing; more by a filter. */
export const MOST_IDS = 5000
export const LONGEST_FILTER = 2000
/** Items on one page: its row stays small, and few of its rows are read again after a crash. */
export const PAGE_SIZE = 100
/** Items that a dry run looks at before it answers for what it has seen. */
export const MOST_DRY_RUN_ITEMS = 5000
/** Mails in flight at once: as many can be in doubt after a crash. */
export const SENT_AT_ONCE = 8
/** Mails between two looks at the mailing, in seconds of SES's rate; and at most so many. */
export const SECONDS_BETWEEN_SAVES = 2
export const MOST_BETWEEN_SAVES = 50
/** For so long a turn is its worker's, from each save on. */
export const TURN_SECONDS = 10
/** A turn ends after so many seconds, far before its function does, and another begins. */
export const LONGEST_TURN_SECONDS = 25
/** Left for mails to single items and for the tests of others. */
export const SHARE_OF_RATE = 0.9
/** How often a mail is offered again that SES found too fast, and after how long: in between it would be heard of, had it been taken all the same. */
export const MOST_OFFERS = 4
export const PAUSE_AFTER_REFUSAL_SECONDS = 3
/** A running mailing that nobody works on, and that has no wake-up in the line, is taken up again after this. */
export const IDLE_MINUTES = 10
/** One that has a wake-up in the line is given another only after this: a line of many mailings is long, and should not get longer by them. */
export const IN_LINE_MINUTES = 60
/** After so many turns in a row that failed, without one step forward, a mailing is ended. */
export const MOST_FAILURES = 5
/** A dry run ends after so many seconds with what it has seen: a filter that hardly anything matches reads on and on. */
export const LONGEST_DRY_RUN_SECONDS = 10
export const MOST_PEOPLE_WRITTEN_TO = 10
export const LONGEST_WRITTEN = 90_000
