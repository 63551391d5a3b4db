/** What `explore` found, tried on real kernels; guest/findings.recorded.json says what was seen, whichever it is. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { guestKernel, guestKernels, replayOnGuest, stopGuests, warmMachine } from '../../guest/index.js'
import { isReady, obtain } from '../../guest/kernels.js'
import { qemuVersion } from '../../guest/machine.js'
import { guestFile, projectRoot } from '../../guest/paths.js'
import { ownFindings, type OwnFinding } from '../../guest/probes/findings.js'
import type { Outcome } from '../../guest/replay/recorded.js'
import { witnessHash } from '../../guest/replay/witness.js'
import { UsageError } from '../../trace/errors.js'
import { parseItf } from '../../trace/itf.js'
import { fullKernelId } from '../../trace/kernel-id.js'
import type { Trace } from '../../trace/trace.js'
import type { Status } from '../action.js'

const folder = join(projectRoot, 'docs/findings')
/** The mainline kernels that can be booted: where a mainline finding is tried, whichever of them it was found in. */
const mainline = ['v6.12', 'v7.3']

const tryOwnOn = ['debian-6.1', 'v6.12', 'debian-6.12', 'newest']

type Tried = { kernel: string } & Outcome
interface Shown { kernel: string, release: string, shown: boolean, seen: Record<string, string> }
interface Finding { file: string, witness: string, found: string, tried: Tried[] }

/** A mainline finding on the mainline kernels that can be booted; a variant's on its port to 6.12. */
function triedOn(id: string): readonly string[] {
  const [variant, base] = id.split('@')
  return base === undefined ? [...new Set([id, ...mainline])].filter((k) => guestKernels().some((g) => g.id === k)) : guestKernels().some((g) => g.id === `${variant}@v6.12`) ? [`${variant}@v6.12`] : [id]
}

interface Own { name: string, sentence: string, source: string, tried: Shown[] }

const recordedFindings = (): { findings: Finding[], own: Own[] } => existsSync(guestFile('findings.recorded.json')) ? JSON.parse(readFileSync(guestFile('findings.recorded.json'), 'utf8')) as { findings: Finding[], own: Own[] } : { findings: [], own: [] }

const traceFiles = (): string[] => !existsSync(folder) ? [] : readdirSync(folder, { recursive: true }).map(String).filter((f) => f.endsWith('.itf.json')).sort()

/** Replays every trace of docs/findings on the kernels that can be booted. A machine without QEMU keeps what is recorded. */
export async function tryFindings(only: readonly string[]): Promise<Status> {
  if (qemuVersion() === '') throw new UsageError('E_NO_TOOL', 'qemu-system-aarch64 is not on the PATH; scripts/ci-guest.sh says what to install')
  const { findings: known, own: knownOwn } = recordedFindings()
  const findings: Finding[] = []
  for (const file of traceFiles()) {
    const before = known.find((f) => f.file === `docs/findings/${file}`)
    if (only.length > 0 && before !== undefined && !only.some((o) => file.includes(o))) {
      findings.push(before)
      continue
    }
    const trace = parseItf(readFileSync(join(folder, file), 'utf8'), file)
    const id = fullKernelId(trace.kernel)
    const tried: Tried[] = []
    for (const kernel of triedOn(id)) tried.push({ kernel, ...await tryOn(trace, kernel) })
    findings.push({ file: `docs/findings/${file}`, witness: witnessHash(trace), found: id, tried })
    process.stdout.write(`${file}\n${tried.map((t) => `  ${t.kernel}: ${t.outcome === 'climbed' ? 'reproduced' : t.outcome === 'failed' ? `not so: ${t.differences.slice(0, 3).join('; ')}` : `not tried: ${t.reason}`}\n`).join('')}`)
  }
  const own: Own[] = []
  for (const f of ownFindings) {
    const before = knownOwn.find((o) => o.name === f.name)
    if (only.length > 0 && before !== undefined && !only.some((o) => f.name.includes(o))) {
      own.push(before)
      continue
    }
    const tried: Shown[] = []
    for (const id of tryOwnOn) if (await isReady(guestKernel(id))) tried.push(await show(f, id))
    own.push({ name: f.name, sentence: f.sentence, source: f.source, tried })
    process.stdout.write(`${f.name}: ${f.sentence}\n${tried.map((t) => `  ${t.kernel} (${t.release}): ${t.shown ? 'shown' : 'not so'}: ${Object.entries(t.seen).map(([k, v]) => `${k} ${v}`).join(', ')}\n`).join('')}`)
  }
  await stopGuests()
  const kernels: Record<string, string> = {}
  for (const id of new Set(findings.flatMap((f) => f.tried.map((t) => t.kernel)))) {
    const k = guestKernels().find((x) => x.id === id)
    if (k !== undefined && await isReady(k)) kernels[id] = (await obtain(k, () => undefined)).identity
  }
  writeFileSync(guestFile('findings.recorded.json'), `${JSON.stringify({ format: 'arm64-compat/findings-on-kernels', version: 1, qemu: qemuVersion(), kernels, findings, own }, null, 1)}\n`)
  return 0
}

/** The same events on another kernel: what is `climbed` there is as broken there. */
const tryOn = (trace: Trace, kernel: string): Promise<Outcome> => replayOnGuest({ ...trace, kernel })

async function show(f: OwnFinding, id: string): Promise<Shown> {
  const { guest, identity } = await warmMachine(guestKernel(id), 'max', true)
  const [, record] = await guest.run(f.scripts)
  const seen = f.observe(f.scripts[1].results(record!))
  return { kernel: id, release: identity['release'] ?? '', shown: f.shows(seen), seen: Object.fromEntries(Object.entries(seen).map(([k, v]) => [k, `0x${v.toString(16)}`])) }
}
