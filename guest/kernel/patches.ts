/** The semantic patches of the variants, in the order they are applied, each with the kernel files it may change. */

export interface SemanticPatch {
  readonly cocci: string
  readonly files: readonly string[]
  /** Lines it must add: a site that silently stopped matching is an error, not another kernel. */
  readonly adds: number
}

const asm = (names: string): string[] => names.split(' ').map((n) => `arch/arm64/include/asm/${n}.h`)
const arch = (names: string): string[] => names.split(' ').map((n) => `arch/arm64/kernel/${n}.c`)

export const semanticPatches: readonly SemanticPatch[] = [
  { cocci: 'variants/common/mechanism.cocci', files: [...asm('thread_info compat exception'), ...arch('entry-common syscall process')], adds: 23 },
  { cocci: 'variants/common/mmap.cocci', files: ['mm/mmap.c'], adds: 5 },
  { cocci: 'variants/rfc-v2/sites.cocci', files: arch('fpsimd hw_breakpoint perf_regs process ptrace signal syscall'), adds: 17 },
  { cocci: 'variants/v4-series/sites.cocci', files: [...asm('syscall ftrace'), ...arch('ptrace'), 'fs/binfmt_elf.c'], adds: 6 },
  { cocci: 'variants/v4-series/sigreturn.cocci', files: arch('signal32'), adds: 4 },
  { cocci: 'variants/tango/sites.cocci', files: ['kernel/seccomp.c', 'kernel/signal.c'], adds: 2 },
  { cocci: 'variants/mutants/mutants.cocci', files: arch('process ptrace syscall'), adds: 12 },
]

/** Our own C, copied into the tree. */
export const addedFiles: readonly { readonly from: string, readonly to: string }[] = [
  { from: 'variants/common/compat-variants.h', to: 'arch/arm64/include/asm/compat-variants.h' },
  { from: 'variants/common/compat-variants.c', to: 'arch/arm64/kernel/compat-variants.c' },
]

export const variantFiles: readonly string[] = [...semanticPatches.map((p) => p.cocci), ...addedFiles.map((f) => f.from)]
