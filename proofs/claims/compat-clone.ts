/** clone as the example of a native handler in the compat table: newsp and tls are unsigned long there, 64 bits wide for every caller. */
import { and, bv, bvand, callIs, inCompatCall, isZero, lower32, not, type Bool, type BV, type SymTask } from '../observe.js'
import { ite } from '../../model/terms/build.js'
import type { Script, TaskStart } from '../run.js'
import { cloneFlags, compat } from '../../model/syscalls/numbers.table.js'

export const cloneInCompatTable = (bits: 64 | 32): { name: string, tasks: readonly TaskStart[], script: Script } => ({
  name: `clone with a stack and a TLS, by a ${bits}-bit task`,
  tasks: [{ bits }, { bits: 0 }],
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }],
})
/** The caller at the door of the handler: a compat clone that gives the child a stack and, by CLONE_SETTLS, a TLS. */
export const withStackAndTls = (t: SymTask): Bool =>
  and(inCompatCall(t), callIs(t, compat.clone), not(isZero(t.regs[1]!)), not(isZero(bvand(lower32(t.regs[0]!), bv(32, cloneFlags.CLONE_SETTLS)))))
export const childsStack = (t: SymTask): BV<64> => ite(t.TIF_32BIT, t.regs[13]!, t.sp)
