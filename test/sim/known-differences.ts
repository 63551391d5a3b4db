/** Differences between simulator and model that are understood, each with who is right by the source. A new one is a finding; an old one leaves this list when it is repaired. */
import type { Config, State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import type { Difference } from '../../trace/trace.js'

export interface Finding { readonly kernel: string, readonly config: Config, readonly state: State, readonly event: Event, readonly differences: Difference[] | string }

interface Known { readonly name: string, readonly why: string, readonly matches: (f: Finding) => boolean }

export const known: readonly Known[] = [
  {
    name: 'v7.3 in the simulator',
    // Debian's linux-source-7.3: signal32.c compat_restore_vfp_context, signal.c setup_rt_frame, asm/syscall_wrapper.h SC_ARM64_REGS_TO_ARGS
    why: 'the model is right: V16 to V31 are uninitialised still, siginfo is written whatever failed before it, a native handler\'s first argument is orig_x0',
    matches: (f) => f.kernel === 'v7.3' && (f.event.kind === 'signal' || f.event.kind === 'handler' && ['sigreturn', 'rt_sigreturn', 'clone', 'ptrace'].includes(f.event.call)),
  },
]

export const explanation = (f: Finding): Known | undefined => known.find((k) => k.matches(f))
