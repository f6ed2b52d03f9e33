/** The demo company: a small firm that sells solar roofs. Everything here is invented. */

export const departments: readonly { name: string; parent?: string; head?: string }[] = [
  { name: 'Sales', head: 'marta@leadline.example' },
  { name: 'Sales North', parent: 'Sales', head: 'jonas@leadline.example' },
  { name: 'Board' },
]

export const people: readonly { email: string; name: string; department: string; role: string; title: string }[] = [
  { email: 'olga@leadline.example', name: 'Olga Petersen', department: 'Board', role: 'Chief executive', title: 'Chief executive: sees everything' },
  { email: 'marta@leadline.example', name: 'Marta Keller', department: 'Sales', role: 'Head of department', title: 'Head of Sales: sees what is hers and her department’s' },
  { email: 'jonas@leadline.example', name: 'Jonas Ek', department: 'Sales North', role: 'Head of department', title: 'Head of Sales North' },
  { email: 'lina@leadline.example', name: 'Lina Duarte', department: 'Sales', role: 'Manager', title: 'Manager in Sales: sees what is hers' },
  { email: 'piotr@leadline.example', name: 'Piotr Zielinski', department: 'Sales North', role: 'Manager', title: 'Manager in Sales North: sees what is his' },
]

const work = (value: string): { value: string; kind: string }[] => [{ value, kind: 'work' }]

export const companies = [
  { owner: 'piotr@leadline.example', title: 'Baltic Bakery', emails: work('office@balticbakery.example'), phones: work('+371 6712 3456'), industry: 'food' },
  { owner: 'lina@leadline.example', title: 'Casa Verde Hotels', emails: work('compras@casaverde.example'), phones: work('+351 21 123 4567'), industry: 'hotels' },
  { owner: 'jonas@leadline.example', title: 'Nordlys Skola', emails: work('info@nordlys.example'), industry: 'education' },
]

export const contacts = [
  { owner: 'piotr@leadline.example', firstName: 'Anna', lastName: 'Bērziņa', post: 'Owner', emails: work('anna@balticbakery.example'), phones: work('+371 2612 3456') },
  { owner: 'lina@leadline.example', firstName: 'João', lastName: 'Almeida', post: 'Purchasing', emails: work('joao@casaverde.example') },
  { owner: 'jonas@leadline.example', firstName: 'Ingrid', lastName: 'Lund', post: 'Headmistress', emails: work('ingrid@nordlys.example') },
]

export const leads = [
  { owner: 'lina@leadline.example', firstName: 'Sofia', lastName: 'Rossi', companyTitle: 'Trattoria Rossi', emails: work('sofia@rossi.example'), sourceId: 'web' },
  { owner: 'piotr@leadline.example', firstName: 'Karl', lastName: 'Meyer', emails: work('karl.meyer@post.example'), sourceId: 'fair', stageId: 'IN_PROCESS' },
  { owner: 'jonas@leadline.example', title: 'Harbour warehouse roof', phones: work('+46 8 123 456 78'), sourceId: 'call' },
]

export const deals: readonly { owner: string; title: string; amount: string; currency: string; observers?: readonly string[]; stages?: readonly string[]; says?: readonly string[] }[] = [
  { owner: 'piotr@leadline.example', title: 'Solar roof for the bakery', amount: '48000.00', currency: 'EUR', observers: ['lina@leadline.example'], stages: ['PREPARATION', 'INVOICE'], says: ['The permit papers are in.', 'Then we can invoice the first half.'] },
  { owner: 'lina@leadline.example', title: 'Hotel Lisbon, first phase', amount: '125000.00', currency: 'EUR', stages: ['PREPARATION'] },
  { owner: 'lina@leadline.example', title: 'Hotel Porto', amount: '98000.00', currency: 'EUR' },
  { owner: 'jonas@leadline.example', title: 'School gymnasium', amount: '36500.00', currency: 'EUR', stages: ['PREPARATION', 'INVOICE', 'EXECUTING', 'WON'] },
]

export const papers: readonly { owner: string; type: 'quote' | 'invoice'; title: string; productRows: readonly Record<string, unknown>[] }[] = [
  { owner: 'piotr@leadline.example', type: 'quote', title: 'Offer for the bakery roof', productRows: [{ title: 'Solar panel', price: '310.00', quantity: '120', taxRate: '21' }, { title: 'Mounting', price: '8400.00', quantity: '1', taxRate: '21' }] },
  { owner: 'jonas@leadline.example', type: 'invoice', title: 'School gymnasium, first half', productRows: [{ title: 'First half', price: '18250.00', quantity: '1', taxRate: '25' }] },
]

export const mails = [
  {
    from: 'Piotr Zielinski <piotr@leadline.example>',
    to: 'Anna Bērziņa <anna@balticbakery.example>',
    subject: 'Jumta piedāvājums: your solar roof',
    text: 'Dear Anna,\n\nhere is the offer for the bakery roof. The panels pay for themselves in six years.\n\nPiotr',
    html: '<p>Dear Anna,</p><p>here is the <b>offer</b> for the bakery roof. The panels pay for themselves in six years.</p><p>Piotr</p>',
  },
  { from: 'Lina Duarte <lina@leadline.example>', to: 'joao@casaverde.example', subject: 'Visit in Lisbon', text: 'Dear João,\n\nwe come on Thursday to measure the roof.\n\nLina', html: '<p>Dear João,</p><p>we come on Thursday to measure the roof.</p><p>Lina</p>' },
  { from: 'Piotr Zielinski <piotr@leadline.example>', to: 'someone@elsewhere.example', subject: 'DID#1 permit papers', text: 'The permit papers for the bakery.', html: '<p>The permit papers for the bakery.</p>' },
]
