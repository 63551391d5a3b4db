/** The middle of exec: what the macros of asm/elf.h and arch_setup_new_exec() make of the task for its new image. */
import { newPersonality } from '../../model/tasks/exec.js'
import { copyTask } from '../../model/tasks/symbolic.js'
import type { Binding } from './comparison.js'

const beyond = [
  { path: /^current\.personality$/, why: 'the model has no personality' },
  { path: /^current\.mm\./, why: 'the model has no mm: MMCF_AARCH32 is for uprobes' },
]
const personality = (macro: string, bits: 32 | 64): Binding => ({
  name: `${macro}: then arch_setup_new_exec`, model: `newPersonality (${bits}-bit image)`, plan: (w) => {
    const [cpu, t] = [{ ...w.cpu }, copyTask(w.current)]
    newPersonality(w.kernel, w.config, cpu, t, bits)
    return { request: { code: `void new_image(void) { ${macro}(0); arch_setup_new_exec(); }` }, expect: { cpu, current: t }, beyond }
  },
})

export const execBindings: readonly Binding[] = [personality('SET_PERSONALITY', 64), personality('COMPAT_SET_PERSONALITY', 32)]
