import * as z from 'zod'

const MOST_PRODUCT_ROWS = 100
const LONGEST_TITLE = 500
const LONGEST_UNIT = 30

/** A decimal as JSON text or number, kept as plain text: `2`, `1.5`, `33.335`. At most 4 places. */
function decimal(wholeDigits: number, what: string): z.ZodType<string> {
  const form = new RegExp(`^(\\d{1,${wholeDigits}})(?:\\.(\\d{1,4}))?$`)
  return z.union([z.string().max(40), z.number()]).transform((given, check) => {
    const [, whole, places = ''] = form.exec(String(given).trim()) ?? []
    if (whole === undefined) {
      check.addIssue({ code: 'custom', message: `${what}: at most ${wholeDigits} digits and 4 places, not below zero.` })
      return ''
    }
    const rest = places.replace(/0+$/, '')
    return rest === '' ? String(BigInt(whole)) : `${BigInt(whole)}.${rest}`
  })
}

const percent = decimal(3, 'A percentage').refine((text) => Number(text) <= 100, 'At most 100 percent.')

/** One row of a quote, an invoice or a deal (ITM-3). The price is that of one; `taxIncluded` says whether it holds the tax already. */
export const ProductRow = z.strictObject({
  title: z.string().trim().min(1).max(LONGEST_TITLE),
  unit: z.string().trim().max(LONGEST_UNIT).optional(),
  price: decimal(12, 'A price such as "33.50"'),
  quantity: decimal(9, 'A quantity such as "2" or "0.75"').refine((text) => /[1-9]/.test(text), 'More than zero.').default('1'),
  /** Off the whole row, before tax. */
  discount: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('percent'), value: percent }), z.strictObject({ kind: z.literal('amount'), value: decimal(12, 'An amount such as "5.00"') })]).optional(),
  taxRate: percent.default('0'),
  taxIncluded: z.boolean().default(false),
})
export type ProductRow = z.output<typeof ProductRow>

export const ProductRows = z.array(ProductRow).max(MOST_PRODUCT_ROWS)
