import { expect } from 'chai'
import { Lifter, Tree, directory } from '../../lift/index.js'
import { SolverPool } from '../../proofs/solvers/index.js'
import { kernelFor } from '../../cli/verify/kernels.js'
import { Source, verify } from '../../cli/verify/verify.js'
import { mutants } from './mutation.js'
import { treeOrSkip } from './kernel-tree.js'

const functions = ['compat_psr_to_pstate', 'pstate_to_compat_psr', 'valid_native_regs', 'valid_compat_regs', 'valid_user_regs', 'user_regs_reset_single_step', 'tls_thread_switch', 'tls_thread_flush', 'tls_preserve_current_state', 'task_user_regset_view',
  'syscall_set_return_value', 'setup_return', 'compat_setup_return', 'compat_arm_syscall', 'compat_tls_set', 'compat_get_user_reg']
/** One mutant in so many; ARM64_COMPAT_MUTANTS=1 tries every one. */
const every = Number(process.env['ARM64_COMPAT_MUTANTS'] ?? 3)

/** Mutants that change nothing the two sides have, and why: the function, and what the line speaks of. */
const outside: readonly { name: RegExp, line: RegExp, why: string }[] = [
  { name: /^tls_|^setup_return$/, line: /tpidr2|TPIDR2|sme|fpsimd_state|svcr|SVCR/i, why: 'SME: the model has none, so that branch is not taken' },
  { name: /^valid_compat_regs$/, line: /\|?= PSR_AA32_(E|PAN)_BIT|CPU_BIG_ENDIAN/, why: 'the big-endian branch: the configuration is little-endian' },
  { name: /^compat_arm_syscall$/, line: /bad compat syscall/, why: 'the text of a message' },
  { name: /^compat_arm_syscall$/, line: /SIGILL, ILL_ILLTRP, addr, 1/, why: 'the fault code that only the log shows' },
  { name: /^compat_tls_set$/, line: /user_regset_copyin/, why: 'the range of the copy in the set: the comparison begins at its start, and the set has one element' },
]

describe('lift: one token changed in the C', function () {
  this.timeout(every === 1 ? 7_200_000 : 600_000)
  it('turns every `equal` into a difference', async function () {
    const base = new Tree(directory(treeOrSkip('6.12', this)))
    const first = await Lifter.on(base)
    const pool = new SolverPool({ jobs: 2 })
    const survivors: string[] = []
    const unexplained: string[] = []
    let tried = 0
    try {
      for (const name of functions) {
        const found = first.lift(name)
        if (found.kind !== 'lifted') throw new Error(`${name}: ${found.reason}`)
        const text = base.read(found.place.file)!
        const all = mutants(text, found.place.line)
        for (const m of all.filter((_, i) => i % every === 0)) {
          tried++
          const lifter = await Lifter.on(base.with(new Map([[found.place.file, m.text]])))
          const [result] = await verify(new Source(lifter), kernelFor('v6.12'), pool, new Set([name]))
          if (result!.outcome.kind === 'equal' || result!.outcome.kind === 'unknown') {
            const line = m.text.split('\n')[m.line - 1] ?? ''
            const known = outside.find((o) => o.name.test(name) && o.line.test(line))
            survivors.push(`${name} ${found.place.file}:${m.line}: ${m.what}: ${result!.outcome.kind}${known === undefined ? '' : `: ${known.why}`}`)
            if (known === undefined) unexplained.push(survivors.at(-1)!)
          }
        }
      }
    } finally { await pool.close() }
    console.log(`      ${tried} mutants, ${survivors.length} survive${survivors.map((s) => `\n        ${s}`).join('')}`)
    expect(tried).to.be.greaterThan(29)
    expect(unexplained).to.deep.equal([])
  })
})
