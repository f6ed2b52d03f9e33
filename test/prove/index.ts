import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { proofs } from './registry.ts'

/**
 * `node test/prove/index.ts <name> [--runs n] [--seed s]`: compares the product with models at full size. Prints the seed, what was compared, every
 * disagreement and the time; ends with 1 when there is any.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string' }, seed: { type: 'string' } } })
const name = positionals[0] ?? ''
const proof = Object.hasOwn(proofs, name) ? proofs[name] : undefined
if (proof) {
  const seed = Number(values.seed ?? randomInt(2 ** 31))
  const began = performance.now()
  let disagreements = 0
  console.log(`${name}, seed ${seed}`)
  for await (const part of proof.prove({ runs: values.runs === undefined ? undefined : Number(values.runs), seed })) {
    const counts = Object.entries(part.counts).map(([what, count]) => `${what} ${count}`)
    console.log(`${part.name}: ${counts.join(', ')}; disagreements ${part.disagreements.length}; ${part.seconds.toFixed(1)} s`)
    for (const one of part.disagreements) console.log(`- ${one}`)
    disagreements += part.disagreements.length
  }
  console.log(`${disagreements} disagreements, ${((performance.now() - began) / 1000).toFixed(1)} s, seed ${seed}`)
  process.exitCode = disagreements > 0 ? 1 : 0
} else {
  console.log('node test/prove/index.ts <name> [--runs n] [--seed s]')
  for (const [known, { about }] of Object.entries(proofs)) console.log(`  ${known}: ${about}`)
  process.exitCode = name === '' ? 0 : 1
}
