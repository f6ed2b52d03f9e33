/** What a mail may hold at most before the rest is left to the raw original: nothing that a sender can write grows beyond these. */

const KIBIBYTE = 1024
const MEBIBYTE = 1024 * KIBIBYTE

/** Raw mails above this are kept unparsed. SES takes no more than 40 MB; its own headers come on top. */
export const MOST_RAW_BYTES = 41 * MEBIBYTE
/** All raw mails that one function reads at the same time. Reading takes less than three times a mail's size in memory. */
export const MOST_RAW_BYTES_AT_ONCE = 96 * MEBIBYTE
/** What the parser is given at most, large attachments aside: it costs time and memory for each line. */
export const MOST_LIGHT_BYTES = 6 * MEBIBYTE
export const MOST_LINES = 60_000
/** For how long one mail may be read. Nothing honest takes a tenth of it. */
export const LONGEST_READING_MILLISECONDS = 4000
/** What reading one mail may take in memory besides its bytes. */
export const MOST_READING_MEGABYTES = 256
/** Of that, what the short-lived pieces of a text may fill before they are swept out: three times as much, the default, takes a large mail beyond three times its size. */
export const YOUNG_READING_MEGABYTES = 16
export const MOST_HEADER_BYTES = MEBIBYTE
export const DEEPEST_NESTING = 100
/** To and Cc together. */
export const MOST_RECIPIENTS = 500
export const MOST_SENDERS = 10
export const MOST_ATTACHMENTS = 200
/** Text and HTML each; both together must fit into one answer of the API, written as JSON twice. */
export const MOST_TEXT_BYTES = 512 * KIBIBYTE
/** Texts of which more is left without their quoted history are shown whole: both must fit into one answer. */
export const MOST_OWN_WORDS_BYTES = 64 * KIBIBYTE
export const LONGEST_SUBJECT = 500
export const LONGEST_PERSON_NAME = 200
export const LONGEST_MESSAGE_ID = 200
/** References looked at, the nearest first. */
export const MOST_REFERENCES = 10
/** Mails that a reply waits for, should they arrive after it. */
export const MOST_AWAITED = 5
export const MOST_KEYS = 50
export const MOST_FIRST_LINE_ADDRESSES = 50
/** Recipients of the envelope that are remembered. */
export const MOST_STORED_RECIPIENTS = 20
/** Items that one address may match, and one mail in all. */
export const MOST_ITEMS_OF_AN_ADDRESS = 200
export const MOST_BINDINGS = 500
/** People each of To and Cc that a list names, and how much of their names; all of it is shown with the one mail. */
export const MOST_PEOPLE_IN_LIST = 10
export const LONGEST_NAME_IN_LIST = 60
/** People that the row of a message names; more of them are in its stored content. */
export const MOST_PEOPLE_IN_ROW = 100
/** Lines of the trace that the row of a message holds. */
export const MOST_TRACE_LINES = 200
/** Mails listed under one Message-ID, and replies that wait for it. */
export const MOST_MESSAGES_OF_AN_ID = 20
export const MOST_WAITING_REPLIES = 200
/** Replies that are routed again because one mail arrived. */
export const MOST_ROUTED_AGAIN = 500
export const MOST_ADDRESSES_OF_THE_CRM = 20
