/** The middle of exec: what the macros of asm/elf.h and arch_setup_new_exec() make of the task for its new image. */
import { execve } from '../../model/tasks/exec.js'
import { copyTask } from '../../model/tasks/symbolic.js'
import type { Binding } from './comparison.js'

const beyond = [
  { path: /^current\.personality$/, why: 'the model has no personality' },
  { path: /^current\.mm\./, why: 'the model has no mm: MMCF_AARCH32 is for uprobes' },
]
/** Of what exec does, the model's event has all at once: what no other of its functions writes is the macro's and arch_setup_new_exec()'s. */
const personality = (macro: string, bits: 32 | 64): Binding => ({
  name: `${macro}: then arch_setup_new_exec`, model: `execve (${bits}-bit image)`, plan: (w) => {
    const [cpu, t] = [{ ...w.cpu }, copyTask(w.current)]
    execve(w.kernel, w.config, cpu, t, bits)
    return {
      request: { code: `void new_image(void) { ${macro}(0); arch_setup_new_exec(); }` }, beyond,
      expect: { cpu: { ...w.cpu, CNTKCTL_EL0VCTEN: cpu.CNTKCTL_EL0VCTEN }, current: { ...copyTask(w.current), TIF_32BIT: t.TIF_32BIT, compat_call: t.compat_call } },
    }
  },
})

export const execBindings: readonly Binding[] = [personality('SET_PERSONALITY', 64), personality('COMPAT_SET_PERSONALITY', 32)]
