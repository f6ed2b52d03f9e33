/** What SES's own `Authentication-Results` says of a mail's sender. */
export interface Authentication {
  /** Domains whose DKIM signature was found good. */
  readonly signedBy: readonly string[]
  /** The domain of the From header as SES read it, where it says so; empty where it cannot be told, which is nobody's domain. */
  readonly fromDomain: string | undefined
}

/** Where nothing is said, nobody is vouched for. */
export const NO_AUTHENTICATION: Authentication = { signedBy: [], fromDomain: undefined }

const DOMAIN = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*'
const GOOD_SIGNATURE = new RegExp(`^dkim=pass\\s+header\\.i=[\\w!#$%&'*+/=?^\`{|}~.-]*@(${DOMAIN})$`, 'i')
const JUDGED_FROM = new RegExp(`^dmarc=[a-z]+\\s+header\\.from=(${DOMAIN})$`, 'i')

/**
 * Reads the header field that SES wrote (SNS-7). A sender chooses much of what stands in it: the envelope's address, the name in the greeting, the `i=` of a signature.
 * So a finding counts only if it begins a line of its own, as SES writes them and no sender can, outside quotes and comments, and is well-formed from its first sign to its last.
 */
export function authenticationIn(field: string): Authentication {
  const findings = findingsIn(field)
  const domains = (form: RegExp): string[] => findings.flatMap((finding) => form.exec(finding)?.[1]?.toLowerCase() ?? [])
  const judged = domains(JUDGED_FROM)
  const mentioned = field.match(/header\.from\s*=/gi)?.length ?? 0
  const [fromDomain = ''] = judged
  return {
    signedBy: [...new Set(domains(GOOD_SIGNATURE))],
    fromDomain: mentioned === 0 ? undefined : mentioned === 1 && judged.length === 1 ? fromDomain : '',
  }
}

/** The findings that begin a line, without their comments. */
function findingsIn(field: string): string[] {
  return segmentsOf(field)
    .filter((segment) => /^[ \t]*\r?\n[ \t]/.test(segment))
    .map((segment) => segment.trim())
}

/** What stands between the semicolons that are in no quotes and no comment. Quotes or comments that do not end take everything with them. */
function segmentsOf(field: string): string[] {
  const segments: string[] = []
  let segment = ''
  let depth = 0
  let quoted = false
  for (let at = 0; at < field.length; at += 1) {
    const sign = field.charAt(at)
    const inside = quoted || depth > 0
    if (sign === '\\' && inside) {
      if (quoted) segment += sign + field.charAt(at + 1)
      at += 1
    } else if (sign === '"' && depth === 0) {
      quoted = !quoted
      segment += sign
    } else if (sign === '(' && !quoted) {
      depth += 1
    } else if (sign === ')' && depth > 0) {
      depth -= 1
    } else if (sign === ';' && !inside) {
      segments.push(segment)
      segment = ''
    } else if (depth === 0) {
      segment += sign
    }
  }
  return quoted || depth > 0 ? segments : [...segments, segment]
}
