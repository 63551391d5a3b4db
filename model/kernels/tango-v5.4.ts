/** Tango's kernel: github.com/Amanieu/linux, branch tango-v5.4. */
import { eq, bv, False, ite, lower32, or } from '../terms/build.js'
import type { Kernel } from '../tasks/kernel.js'
import { rfcV2 } from './rfc-v2.js'
import { v54 } from './v5.4.js'

/** The trigger: all 64 bits of x8. */
const TANGO_SYSCALL = 0x80000000n

export const tangoV54: Kernel = {
  ...v54,
  id: 'tango@v5.4',
  name: 'tango-v5.4',
  source: 'Amanieu/linux tango-v5.4: process.c, syscall.c, mm/mmap.c as read; compat.h, ptrace.c, thread_info.h, signal.c, fpsimd.c as RFC v1 says it derived from it',
  deduced: ['which sites of compat.h, ptrace.c, thread_info.h, signal.c and fpsimd.c ask is_aarch32_compat_*: taken from RFC v1, which is derived from this tree', 'KSTK_EIP of a Tango call is x15: from RFC v1'],
  predicates: { ...v54.predicates, is_compat_task: (t) => or(t.compat_call, t.TIF_32BIT), in_compat_syscall: (t) => or(t.compat_call, t.TIF_32BIT) },
  sites: rfcV2.sites,
  doEl0Svc(t) {
    const fake = eq(t.regs[8]!, bv(64, TANGO_SYSCALL))
    return { fake, scno: ite(fake, lower32(t.regs[7]!), lower32(t.regs[8]!)) }
  },
  flag: { clearedByCommon: true, clearedByDispatcher: false, afterExec: () => False, setFor32: false, ofModule: false },
  mapFixedWithinEnd: true,
  // as RFC v1 has it for a Tango call
  kstkEip: (t) => ite(t.compat_call, t.regs[15]!, t.pc),
}
