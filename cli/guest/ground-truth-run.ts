import { onGuest } from '../../guest/compare.js'
import { guestKernel, stopGuests, warmMachine } from '../../guest/index.js'
import { obtain } from '../../guest/kernels.js'
import { compatGregs, errno, userPtRegs } from '../../guest/images.js'
import { NT, Script } from '../../guest/protocol.js'
import { probesFor, type Observed } from '../../guest/probes/index.js'
import { ContradictionError } from '../../trace/errors.js'
import type { Status } from '../action.js'

const single = (bits: number): bigint[] => Array.from({ length: bits }, (_, i) => 1n << BigInt(i))

/** For each bit: `kept`, `cleared` or `EINVAL`. */
function fates(seen: readonly Observed[], tried: readonly bigint[], key: string): Record<'kept' | 'cleared' | 'EINVAL', number[]> {
  const out = { kept: [] as number[], cleared: [] as number[], EINVAL: [] as number[] }
  seen.forEach((o, bit) => out[o['result'] === -22n ? 'EINVAL' : (o[key]! & 1n << BigInt(bit)) !== 0n && (tried[bit]! & 1n << BigInt(bit)) !== 0n ? 'kept' : 'cleared'].push(bit))
  return out
}

const ranges = (bits: readonly number[]): string => bits.reduce<number[][]>((r, b) => {
  const last = r.at(-1)
  if (last !== undefined && last[1] === b - 1) last[1] = b
  else r.push([b, b])
  return r
}, []).map(([a, b]) => a === b ? `${a}` : `${b}:${a}`).join(', ')

/** What docs/guest.md says of PTRACE_SETREGSET, on a kernel that is booted for it. Exit status 4 where it is otherwise. */
export async function groundTruth(id: string): Promise<Status> {
  const kernel = guestKernel(id)
  await obtain(kernel, (line) => process.stderr.write(`${line}\n`))
  const { guest, identity } = await warmMachine(kernel, 'max', true)
  const probe = (name: string) => probesFor(kernel.how).find((p) => p.name === name)!
  const wrong: string[] = []
  const expect = (what: string, got: string, want: string): void => {
    process.stdout.write(`${got === want ? 'ok ' : 'NOT'} ${what}: ${got}\n`)
    if (got !== want) wrong.push(what)
  }
  process.stdout.write(`${identity['kernel']}, release ${identity['release']}\n`)
  const native = fates(await onGuest(guest, probe('prstatus64'), single(64), kernel.how), single(64), 'pstate')
  expect('AArch64 pstate, kept', ranges(native.kept), '12:10, 25:24, 31:28')
  expect('AArch64 pstate, cleared', ranges(native.cleared), '5, 23:13, 27:26, 63:32')
  expect('AArch64 pstate, EINVAL', ranges(native.EINVAL), '4:0, 9:6')
  const mode32 = single(32).map((v) => v | 0x10n)
  const compat = fates(await onGuest(guest, probe('prstatus32'), mode32, kernel.how), mode32, 'psr')
  expect('AArch32 PSR, kept', ranges(compat.kept), '5:4, 19:9, 21, 23, 31:25')
  expect('AArch32 PSR, cleared', ranges(compat.cleared), '20, 22, 24')
  expect('AArch32 PSR, EINVAL', ranges(compat.EINVAL), '3:0, 8:6')
  const [j] = await onGuest(guest, probe('prstatus32'), [0x1000010n], kernel.how)
  expect('AArch32 PSR bit 24 (J) sets DIT, which is bit 21', `0x${j!['psr']!.toString(16)}`, '0x200010')
  const [withoutMode] = await onGuest(guest, probe('prstatus32'), [0n], kernel.how)
  expect('AArch32 PSR without bit 4', String(withoutMode!['result']), '-22')
  for (const name of ['sigreturn32', 'rt_sigreturn32']) {
    const [ok, refused] = await onGuest(guest, probe(name), [0x10n, 0x90n], kernel.how)
    expect(`${name} accepts 0x10 and forces SIGSEGV for 0x90`, `${ok!['forced']} ${refused!['forced']}`, '0 11')
    expect(`${name} refused, r1 and pc come from the frame all the same`, `0x${refused!['r1']!.toString(16)} 0x${refused!['pc']!.toString(16)}`, '0xa1 0x10000')
  }
  for (const bits of [64, 32] as const) {
    const script = new Script().spawn(1, bits)
    for (const length of [72, 280, 4]) script.setRegset(1, NT.PRSTATUS, Buffer.concat([bits === 64 ? userPtRegs({}) : compatGregs({}), Buffer.alloc(280)]), length)
    const [record] = await guest.run([script.getRegset(1, NT.ARM_TLS, 64)])
    const [, whole, more, odd, tls] = script.results(record!)
    // a 64-bit task's note has TPIDR2_EL0 as well where the kernel knows SME: 16 bytes
    expect(`${bits}-bit tracee: a write of 72 bytes, of 280, of 4; size of NT_ARM_TLS`, [whole, more, odd].map((x) => errno(x![0]!)).concat(tls![1]!).join(' '), bits === 64 ? '0 0 -22 16' : '0 0 0 4')
  }
  const [setTls] = await onGuest(guest, probe('dispatch32'), [0xan], kernel.how)
  expect('__ARM_NR_set_tls is seen by NT_ARM_TLS', `0x${setTls!['tp_value']!.toString(16)}`, '0xa')
  const [turns] = await onGuest(guest, probe('switch'), [0x123456789abcdef0n], kernel.how)
  expect('64-bit tasks read TPIDRRO_EL0 as', `${turns!['nativeTpidrro']}`, '0')
  expect('mrc p15, 0, r, c13, c0, 3 reads what was set', `${turns!['compatWrongUro']}`, '0')
  await stopGuests()
  if (wrong.length > 0) throw new ContradictionError('E_GROUND_TRUTH', `${id}: not as docs/guest.md says: ${wrong.join('; ')}`)
  return 0
}
