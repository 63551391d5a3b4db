/** `node record.js FILE SEED EVENTS`: writes what simulator and model agree on in random runs, for `firstDeviation`. Exit status 1 if they do not agree. */
import { writeFileSync } from 'node:fs'
import { compare } from './against-model.js'
import { REFUSED, UNMODELLED, changeHash, recordedRuns } from './recorded.js'
import { bothKernels } from './soak.js'

const [file, seed, events] = process.argv.slice(2)
const codes: number[] = []
recordedRuns(Number(seed), Number(events), bothKernels, (kernel, config, s, e) => {
  const outcome = compare(kernel, config, s, e)
  switch (outcome.kind) {
    case 'same':
      codes.push(changeHash(s, outcome.after))
      return outcome.after
    case 'refused':
      codes.push(REFUSED)
      return undefined
    case 'different': throw new Error(`simulator and model differ already: ${kernel} ${e.kind}`)
    default:
      codes.push(UNMODELLED)
      return 'end of run'
  }
})
writeFileSync(file!, new Uint32Array(codes))
writeFileSync(`${file}.kernels`, JSON.stringify(bothKernels))
const covered = codes.filter((c) => c > REFUSED).length
console.log(`${codes.length} events, ${covered} with an effect that both agree on`)
