/** ptrace's regsets and the signal frames that come back. */
import { compatGetUserReg, compatGpr, compatTls, compatWriteUser, gpr, nativeTls, systemCall, taskUserRegsetView, type Regset, type Source } from '../../model/syscalls/regsets.js'
import { negative } from '../../model/syscalls/dispatch.js'
import { errno } from '../../model/syscalls/numbers.table.js'
import type { Kernel } from '../../model/tasks/kernel.js'
import { compatFrame } from '../../model/syscalls/frames.table.js'
import { compatRestoreSigframe, compatRestoreVfpContext, compatSigreturn } from '../../model/syscalls/sigreturn-compat.js'
import { copyTask, mergeTask } from '../../model/tasks/symbolic.js'
import { and, bool, bv, bvadd, bvand, bvVar, eq, iff, is, isZero, ite, not, True, ule, ult, zext } from '../../model/terms/build.js'
import { mapped, userAddress } from '../../model/tasks/uaccess.js'
import type { BV, Term } from '../../model/terms/term.js'
import { syscallStop, view as views } from '../../trace/state.js'
import { truthOf } from './bindings-registers.js'
import type { Binding, Plan } from './comparison.js'
import { access } from './memory.js'
import type { World } from './world.js'

const target = { object: 'target' }
const residue = Array.from({ length: 32 }, (_, i): BV<128> => bvVar(128, `residue[${i}]`))
/** What the uninitialised FP state of compat_restore_vfp_context held. */
const residueCell = (path: string): Term | undefined => {
  const m = /^residue:fpsimd#\d+\.vregs\[(\d+)\]$/.exec(path)
  return m === null ? undefined : residue[Number(m[1])]
}
const count = bvVar(32, 'count')
const vfp = [{ path: /fpsimd_state\.__reserved/, why: 'unused members of the structure' }]

/** update_syscall_orig_x0_after_ptrace(): the tracee is in a stop; one at the end of a call is PTRACE_EVENTMSG_SYSCALL_EXIT (2) with SIGTRAP (5). */
const [info, siCode, message] = [bvVar(64, 'target.last_siginfo'), bvVar(32, 'target.last_siginfo.si_code'), bvVar(64, 'target.ptrace_message')]
const inStop = not(isZero(info))
const exitStop = and(is(bvand(siCode, bv(32, 0xffffff7fn)), 5), is(message, 2))
/** A regset's setter: `count` bytes at position 0, from user memory. */
function setter(name: string, model: string, of: Regset | ((k: Kernel) => Regset), beyond: Plan['beyond'] = []): Binding {
  return {
    name, model, plan: (w) => {
      const set = typeof of === 'function' ? of(w.kernel) : of
      const buf = w.current.buf
      const at = buf.base
      const memory = access(buf, at)
      const from: Source = { word: (i) => buf.words[i] ?? bv(32, 0), fault: (i) => not(mapped(buf, at, 4 * i, 4)) }
      const t = copyTask(w.target)
      const result = set.set(w.kernel, w.config, t, from, count)
      if (set === gpr || set === systemCall) t.orig_x0 = ite(inStop, t.orig_x0, w.target.orig_x0)
      const zero: Record<string, Term> = { 'regset.size': bv(32, set.size), 'regset.n': bv(32, set.n) }
      return {
        request: { parameters: { target, regset: { object: 'regset' }, pos: { term: bv(32, 0) }, count: { term: count }, kbuf: { term: bv(64, 0) }, ubuf: { term: at } }, initial: (p) => zero[p], readUser: memory.readUser },
        assume: [{ holds: and(ule(count, bv(32, set.n * set.size)), isZero(bvand(count, bv(32, set.size - 1)))), words: 'ptrace_regset() has cut the length: whole elements, at most the set' },
          ...(set === gpr || set === systemCall ? [{ holds: iff(exitStop, is(w.target.syscall_stop, syscallStop.exit)), words: 'the stop at the end of a call is PTRACE_EVENTMSG_SYSCALL_EXIT with SIGTRAP' }] : [])],
        expect: { target: t }, result, beyond,
      }
    },
  }
}

const viewCode = (lifted: Term): Term => ite(eq(lifted as BV<64>, bvVar(64, '&user_aarch32_view')), bv(8, views.aarch32),
  ite(eq(lifted as BV<64>, bvVar(64, '&user_aarch32_ptrace_view')), bv(8, views.aarch32_ptrace), bv(8, views.aarch64)))
/** Addresses of different views differ. */
const distinctViews = { holds: and(...['&user_aarch32_view', '&user_aarch32_ptrace_view', '&user_aarch64_view'].flatMap((a, i, all) => all.slice(i + 1).map((b) => not(eq(bvVar(64, a), bvVar(64, b)))))), words: 'the three views are three objects' }

/** compat_restore_sigframe and its callers: the frame lies where the model's region starts. */
const frameAt = (w: World): BV<64> => w.current.regs[13]!

export const taskBindings: readonly Binding[] = [
  setter('gpr_set', 'gpr.set', gpr), setter('compat_gpr_set', 'compatGpr.set', compatGpr, [{ path: /^target\.pt_regs\./, why: 'the rest of pt_regs is kernel state, copied onto itself' }]), setter('tls_set', 'tls.set', nativeTls, [{ path: /tpidr2_el0$/, why: 'the model has no SME' }]), setter('compat_tls_set', 'compatTls.set', compatTls), setter('system_call_set', 'systemCall.set', systemCall),
  {
    name: 'compat_tls_get', model: 'compatTls.get', plan: (w) => ({
      request: { parameters: { target } }, also: (f) => [{ name: 'word handed out', source: f.effects.find((e) => e.name === 'membuf_store')?.args[0] ?? bool(false), model: zext(f.effects.find((e) => e.name === 'membuf_store')?.args[0]?.width ?? 32, compatTls.get(w.target)[0]!) }],
    }),
  },
  {
    name: 'task_user_regset_view', model: 'taskUserRegsetView', plan: (w) => ({
      request: { parameters: { task: target } }, assume: [distinctViews],
      also: (f) => f.result === undefined ? [] : [{ name: 'view', source: viewCode(f.result), model: taskUserRegsetView(w.kernel, w.current, w.target) }],
    }),
  },
  {
    name: 'compat_get_user_reg', model: 'compatGetUserReg', plan: (w) => {
      const idx = bvVar(32, 'idx')
      let word: BV<32> = bv(32, 0)
      for (let i = 0; i < 18; i++) word = ite(is(idx, i), compatGetUserReg(w.target, i), word)
      return { request: { parameters: { task: target, idx: { term: idx } } }, assume: [{ holds: ult(idx, bv(32, 18)), words: 'callers ask for one of the 18 registers' }], result: word }
    },
  },
  {
    name: 'compat_ptrace_write_user', model: 'compatWriteUser, sysPtrace (POKEUSR)', plan: (w) => {
      const [off, val] = [bvVar(32, 'off'), bvVar(32, 'val')]
      const inUser = and(isZero(bvand(off, bv(32, 3))), ult(off, bv(32, 296)))
      let [t, result] = [copyTask(w.target), bv(64, 0) as BV<64>]
      for (let i = 0; i < 18; i++) {
        const fresh = copyTask(w.target)
        const r = compatWriteUser(w.kernel, w.config, fresh, i, val)
        result = ite(is(off, 4 * i), r, result)
        t = mergeTask(is(off, 4 * i), fresh, t)
      }
      return { request: { parameters: { tsk: target, off: { term: off }, val: { term: val } } }, expect: { target: t }, result: ite(inUser, result, negative(errno.EIO)), beyond: [{ path: /^target\.pt_regs\./, why: 'the rest of pt_regs is kernel state, copied onto itself' }] }
    },
  },
  {
    name: 'compat_restore_vfp_context', model: 'compatRestoreVfpContext', plan: (w) => {
      const t = copyTask(w.current)
      const at = frameAt(w)
      const failed = compatRestoreVfpContext(w.kernel, t, at, 0, residue, True)
      return { request: { parameters: { frame: { term: bvadd(at, bv(64, compatFrame.vfp)) } }, initial: residueCell, readUser: access(w.current.frame, at).readUser }, expect: { current: t }, result: truthOf(failed), beyond: vfp }
    },
  },
  {
    name: 'compat_restore_sigframe', model: 'compatRestoreSigframe', plan: (w) => {
      const t = copyTask(w.current)
      const at = frameAt(w)
      const failed = compatRestoreSigframe(w.kernel, w.config, t, at, 0, residue)
      return { request: { parameters: { regs: { object: 'current.pt_regs' }, sf: { term: at } }, initial: residueCell, readUser: access(w.current.frame, at).readUser }, expect: { current: t }, result: truthOf(failed), beyond: vfp }
    },
  },
  ...(['sigreturn', 'rt_sigreturn'] as const).map((call): Binding => ({
    name: `compat_sys_${call}`, model: 'compatSigreturn', plan: (w) => {
      const t = copyTask(w.current)
      const code = bvVar(32, 'si_code')
      const result = compatSigreturn(w.kernel, w.config, t, call === 'rt_sigreturn', code, residue)
      return { request: { initial: (p) => p === 'si_code' ? code : residueCell(p), readUser: access(w.current.frame, frameAt(w), 0, userAddress(w.current, frameAt(w))).readUser }, expect: { current: t }, result, beyond: vfp }
    },
  })),
]
