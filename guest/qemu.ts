/** A booted guest: one QEMU process, scripts in, records out. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Entry } from './cpio.js'
import { initrd } from './program.js'
import { answerLength, decodeAnswer, encodeRequest, Script, wordsToBytes } from './protocol.js'

/** QEMU's CPU models that are used: name → `-cpu`, `-M`. */
export const machines = {
  max: { cpu: 'max,pauth-impdef=on', machine: 'virt' },
  'max-mte': { cpu: 'max,pauth-impdef=on', machine: 'virt,mte=on' },
  'cortex-a76': { cpu: 'cortex-a76', machine: 'virt' },
  'cortex-a72': { cpu: 'cortex-a72', machine: 'virt' },
  /** what has MTE, without the SVE and SME that would add records to every signal frame */
  mte: { cpu: 'max,pauth-impdef=on,sve=off,sme=off', machine: 'virt,mte=on' },
  /** a cortex-a72 that says it is a Cortex-A76 r3p1, which has erratum 1418040: the kernel works around it */
  'erratum-1418040': { cpu: 'cortex-a72,midr=0x413fd0b1', machine: 'virt' },
} as const
export type CpuName = keyof typeof machines
export const cpuNames = Object.keys(machines) as CpuName[]

export interface BootOptions {
  readonly image: string
  readonly cpu: CpuName
  readonly kpti: boolean
  /** more words of the kernel command line: `compat_variant=rfc-v2` */
  readonly cmdline?: readonly string[]
  readonly extra?: readonly Entry[]
  /** Time is counted in instructions: two boots that are asked the same print the same, timestamps and all. Slower. */
  readonly icount?: boolean
}

/** No QEMU outlives the program. */
const running = new Set<ChildProcessWithoutNullStreams>()
globalThis.process.once('exit', () => { for (const p of running) p.kill('SIGKILL') })

export class Guest {
  private pending: { resolve: (records: bigint[][]) => void, reject: (e: Error) => void } | undefined
  private chunks: Buffer[] = []
  private size = 0
  private ended = false

  private constructor(private readonly process: ChildProcessWithoutNullStreams, private readonly dir: string) {
    process.stdout.on('data', (data: Buffer) => this.take(data))
    process.on('close', () => {
      this.ended = true
      this.pending?.reject(new Error(`the guest ended; its console's last lines:\n${this.console().split('\n').slice(-20).join('\n')}`))
      rmSync(dir, { recursive: true, force: true })
    })
    process.stdin.on('error', () => undefined)
    running.add(process)
    process.on('close', () => running.delete(process))
  }

  /** An idle guest does not keep the program from ending; it ends with it. */
  private keepAlive(yes: boolean): void {
    for (const part of [this.process, this.process.stdout, this.process.stdin, this.process.stderr] as { ref?: () => void, unref?: () => void }[]) {
      if (yes) part.ref?.()
      else part.unref?.()
    }
  }

  /** Boots and waits for the first answer. */
  static async boot(options: BootOptions): Promise<Guest> {
    const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-guest-'))
    writeFileSync(join(dir, 'initrd'), await initrd(options.extra))
    const child = spawn('qemu-system-aarch64', [...qemuArguments(options, dir),
      '-display', 'none', '-serial', `file:${join(dir, 'console')}`, '-chardev', 'stdio,id=port,signal=off',
      '-device', 'virtio-serial-device', '-device', 'virtserialport,chardev=port,name=arm64-compat'])
    const guest = new Guest(child, dir)
    const failed = new Promise<never>((_, reject) => child.on('error', reject))
    await Promise.race([failed, guest.describe()])
    return guest
  }

  /** Runs scripts; one record each. `where`: 32 runs them in the AArch32 program. A guest answers within `seconds` or is ended. */
  run(scripts: readonly Script[], where: 64 | 32 = 64, seconds = 600): Promise<bigint[][]> {
    if (this.ended) return Promise.reject(new Error('the guest has ended'))
    if (this.pending !== undefined) return Promise.reject(new Error('the guest is busy: one request at a time'))
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const lines = this.console().split('\n').slice(-20).join('\n')
        this.stop()
        this.settle(() => reject(new Error(`no answer from the guest in ${seconds} s; its console's last lines:\n${lines}`)))
      }, seconds * 1000)
      const settled = (act: () => void): void => { clearTimeout(timer); act() }
      this.pending = { resolve: (r) => settled(() => resolve(r)), reject: (e) => settled(() => reject(e)) }
      this.keepAlive(true)
      this.process.stdin.write(encodeRequest(scripts, where))
    })
  }

  /** What the guest says of itself: release, version, HWCAPs, /proc/cpuinfo. */
  async describe(): Promise<Record<string, string>> {
    const script = new Script()
    script.words.push(15n)
    const [record] = await this.run([script])
    const text = wordsToBytes(record!.slice(1), Number(record![0])).toString('utf8')
    return Object.fromEntries(text.split('\n').filter((l) => /[=:]/.test(l)).map((l) => {
      const at = l.search(/[=:]/)
      return [l.slice(0, at).trim(), l.slice(at + 1).trim()]
    }))
  }

  /** The kernel's messages so far. */
  console(): string {
    try {
      return readFileSync(join(this.dir, 'console'), 'latin1')
    } catch {
      return ''
    }
  }

  stop(): void { this.process.kill('SIGKILL') }

  private settle(act: () => void): void {
    this.pending = undefined
    this.keepAlive(false)
    act()
  }

  private take(data: Buffer): void {
    this.chunks.push(data)
    this.size += data.length
    if (this.size < 32) return
    if (this.chunks[0]!.length < 32) this.chunks = [Buffer.concat(this.chunks)]
    if (this.size < (answerLength(this.chunks[0]!) ?? Infinity)) return
    const answer = Buffer.concat(this.chunks)
    this.chunks = []
    this.size = 0
    const { pending } = this
    this.settle(() => {
      try {
        pending?.resolve(decodeAnswer(answer))
      } catch (e) {
        pending?.reject(e as Error)
      }
    })
  }
}

/** One CPU, nothing random: the same scripts give the same records. */
function qemuArguments(o: BootOptions, dir: string): string[] {
  const { cpu, machine } = machines[o.cpu]
  return ['-M', `${machine},dtb-randomness=off`, ...o.icount === true ? ['-icount', 'shift=0,sleep=off', '-rtc', 'base=2026-01-01,clock=vm'] : [], '-cpu', cpu, '-smp', '1', '-m', '256', '-nodefaults', '-no-reboot', '-net', 'none',
    '-kernel', o.image, '-initrd', join(dir, 'initrd'),
    '-append', ['console=ttyAMA0', 'panic=-1', ...o.icount === true ? [] : ['quiet'], 'nokaslr', 'norandmaps', `kpti=${o.kpti ? 'on' : 'off'}`, ...o.cmdline ?? []].join(' ')]
}

/** Runs a guest with its console on this terminal, for a person or for a packed reproducer; resolves with what it printed. */
export async function onConsole(options: BootOptions, terminal: boolean): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-guest-'))
  try {
    writeFileSync(join(dir, 'initrd'), await initrd(options.extra))
    const words = [...options.cmdline ?? [], ...terminal ? ['arm64_compat=console'] : []]
    const child = spawn('qemu-system-aarch64', [...qemuArguments({ ...options, cmdline: words }, dir), '-display', 'none', '-serial', terminal ? 'mon:stdio' : 'stdio'],
      { stdio: [terminal ? 'inherit' : 'ignore', terminal ? 'inherit' : 'pipe', 'inherit'] })
    let text = ''
    child.stdout?.setEncoding('latin1').on('data', (d: string) => { text += d })
    const timer = terminal ? undefined : setTimeout(() => child.kill('SIGKILL'), 120_000)
    await new Promise((done, failed) => child.on('error', failed).on('close', done))
    clearTimeout(timer)
    return text
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
