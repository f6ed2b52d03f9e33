import * as z from 'zod'

const tags = z.record(z.string(), z.array(z.string())).default({})
const mail = z.object({ messageId: z.string().regex(/^[A-Za-z0-9_-]{1,200}$/), tags, destination: z.array(z.string()).default([]), timestamp: z.string() })
const recipients = z.array(z.object({ emailAddress: z.string(), diagnosticCode: z.string().optional() }))

/** What SES publishes of a mail that we sent, as far as we read it. SES may add fields at any time. */
export const SesEvent = z.discriminatedUnion('eventType', [
  z.object({ eventType: z.literal('Send'), mail }),
  z.object({ eventType: z.literal('Delivery'), mail, delivery: z.object({ timestamp: z.string() }) }),
  z.object({ eventType: z.literal('Bounce'), mail, bounce: z.object({ bounceType: z.string(), bouncedRecipients: recipients, timestamp: z.string() }) }),
  z.object({ eventType: z.literal('Complaint'), mail, complaint: z.object({ complainedRecipients: recipients, timestamp: z.string(), complaintFeedbackType: z.string().nullish() }) }),
  z.object({ eventType: z.literal('Reject'), mail, reject: z.object({ reason: z.string() }) }),
])
export type SesEvent = z.infer<typeof SesEvent>
