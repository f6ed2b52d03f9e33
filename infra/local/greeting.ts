import type { ReadyLine } from './ready-line.ts'

export interface Person {
  readonly email: string
  /** What they may do, in a few words. */
  readonly role: string
}

/** What a newcomer reads in the terminal: where everything is, who is there, and lines to copy. */
export function greeting({ api, issuer, smtp, mailAddress, outbox }: ReadyLine, people: readonly Person[], dataFolder: string): string {
  const [someone] = people
  if (someone === undefined) throw new Error('A company has at least one person')
  const sender = people.at(-1) ?? someone
  const width = Math.max(...people.map(({ email }) => email.length))
  return `
Leadline runs. Data: ${dataFolder} (delete the folder to begin anew). Ctrl+C stops it.

  API      ${api}
  Sign-in  ${issuer}
  Mail in  smtp://${smtp} for ${mailAddress}
  Mail out ${outbox}

People (any password):
${people.map(({ email, role }) => `  ${email.padEnd(width)}  ${role}`).join('\n')}

Try it:
  TOKEN=$(curl -s ${issuer}/token -d grant_type=password -d username=${someone.email} -d password=x | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s -H "authorization: Bearer $TOKEN" ${api}/v1/items/deal
  curl -s -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"title":"Anna Berzina","emails":[{"kind":"work","value":"anna@customer.example"}]}' ${api}/v1/items/contact

  # A mail to that contact with a copy to the CRM, which puts it into her timeline:
  printf 'From: ${sender.email}\\nTo: anna@customer.example\\nCc: ${mailAddress}\\nSubject: Our offer\\n\\nDear Anna, here it is.\\n' | \\
    curl -s smtp://${smtp} --mail-from ${sender.email} --mail-rcpt ${mailAddress} --upload-file -
`
}
