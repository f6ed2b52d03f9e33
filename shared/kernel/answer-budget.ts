/**
 * Lambda passes on an answer of 6 MB. The body goes over as a JSON text within JSON, where a quote takes four bytes and a control character seven;
 * the rest of the 6 MB is for what stands around the entries. A single entry stays below 3 MB, since it is made of one row of 400 KB.
 */
export const MOST_ANSWER_BYTES = 5_000_000

/** The bytes that a value takes in an answer, exactly: its JSON, with another byte for each quote and backslash in it. */
export function answerBytes(value: unknown): number {
  const json = JSON.stringify(value) ?? ''
  let bytes = Buffer.byteLength(json)
  for (let place = 0; place < json.length; place += 1) {
    const unit = json.charCodeAt(place)
    if (unit === QUOTE || unit === BACKSLASH) bytes += 1
  }
  return bytes
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Counts what an answer holds already. */
export interface AnswerBudget {
  /** Takes a value in if it still fits beside what was taken before; the first always does. From the first that does not, nothing is taken any more. */
  takes(value: unknown): boolean
}

/** An answer that holds nothing yet; `most` counts as `answerBytes` does. */
export function createAnswerBudget(most = MOST_ANSWER_BYTES): AnswerBudget {
  let bytes = 0
  let spent = false
  return {
    takes(value) {
      const more = spent ? 0 : answerBytes(value) + COMMA
      spent ||= bytes > 0 && bytes + more > most
      if (!spent) bytes += more
      return !spent
    },
  }
}

const COMMA = 1

/** As many entries of a page, from the first on, as one answer holds; one at least, so that whoever goes on with a cursor gets on. */
export function withinAnswer<T>(entries: readonly T[], most = MOST_ANSWER_BYTES): T[] {
  const budget = createAnswerBudget(most)
  const end = entries.findIndex((entry) => !budget.takes(entry))
  return entries.slice(0, end < 0 ? entries.length : end)
}
