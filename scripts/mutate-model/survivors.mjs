// Mutants that nothing notices, each with the reason. docs/mutation-model.md is about them.

/** `in`: file and function; `what`: the change, as it is printed, in whole or as a regular expression. */
export const survivors = [
  {
    in: 'events/signal.js frameRoom', what: /^compatFrame\.(rtSize|size) → \(compatFrame\.\1 - [48]\)$/,
    why: 'the last eight bytes of a compat frame (retcode) are never written: a frame that reaches into the region with them alone faults as one outside it',
  },
  {
    in: 'kernels/v5.4.js v54', what: 'hasBti: false → true',
    why: 'v5.4 clears bits 11:10 in valid_native_regs, at the end of handle_signal: BTYPE is 0 whatever setup_return made of it',
  },
  {
    in: 'tasks/do-signal.js shiftLeft1', what: '0 → 1',
    why: 'the end of a chain over signals 1 to 64, and the event needs one of them',
  },
  {
    in: 'tasks/sanitise.js legalPstate', what: 'and(s.ok, eq(drop(s.pstate, PSR.SS), drop(pstate, PSR.SS))) → and(eq(drop(s.pstate, PSR.SS), drop(pstate, PSR.SS)))',
    why: 'a refused value is never its own sanitised form: what made it refused (mode, D, A, I, F) is not in what is kept',
  },
  {
    in: 'syscalls/dispatch.js inTable', what: /nrCompatSyscalls/,
    why: 'both tables have the same number of slots in every base (442 in v5.11, 436 in v5.4)',
  },
  {
    in: 'handlers/handler.js numbered', what: 'False → True',
    why: 'the case of a call that the compat table does not have: there is none among the handlers (the other False is noticed)',
  },
  {
    in: 'syscalls/ptrace.js transferLength', what: '0 → 1',
    why: 'the length where no set answers: the call is EINVAL whatever is mapped, and mappings end at words',
  },
  {
    in: 'syscalls/ptrace.js bvor32', what: /^0x8000000[04] → 2147483[67]\d\d$/,
    why: 'stands for a length beyond 32 bits: any number that is larger than every set and leaves the same rest modulo 4 and 8 does',
  },
  {
    in: 'tasks/signal-frames.js compatSetupFrame', what: 'ite(fault(s), lower32(s.addr), w32(0)) → lower32(s.addr)',
    why: 'the address is 0 unless a signal is forced, and SIGSEGV and SIGILL are the only ones that are',
  },
]

/** Why nothing notices the mutant, if that is known. */
export const explained = (m) => survivors.find((s) => s.in === `${m.file} ${m.function}` && (typeof s.what === 'string' ? s.what === m.what : s.what.test(m.what)))?.why
