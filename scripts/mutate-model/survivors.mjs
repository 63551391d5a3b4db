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
    in: 'syscalls/dispatch.js tableSize', what: /nrCompatSyscalls/,
    why: 'both tables have the same number of slots in every base (442 in v5.11, 436 in v5.4)',
  },
  {
    in: 'handlers/sigreturn.js sigreturn', what: /^compatFrame\.(rtSize|size) → \(compatFrame\.\1 - [48]\)$/,
    why: 'the last eight bytes of a compat frame (retcode) are never read: a region that has them alone is as good as one out of the way',
  },
  {
    in: 'handlers/sigreturn.js rtSigreturn', what: /^compatFrame\.(rtSize|size) → \(compatFrame\.\1 - [48]\)$/,
    why: 'the last eight bytes of a compat frame (retcode) are never read: a region that has them alone is as good as one out of the way',
  },
  {
    in: 'kernels/v4-series.js v4Series.doEl0Svc', what: 'ite(fake, bvand(x8, bv(32, 0x7fffffff)), x8) → bvand(x8, bv(32, 0x7fffffff))',
    why: 'a number without bit 31 is not fake, and the mask leaves it as it is',
  },
  {
    in: 'kernels/v5.11.js v511', what: 'tlsRegsetWords: 1 → 0',
    why: 'a regset has two words or one: whatever is not 2 is one',
  },
  {
    in: 'kernels/v5.11.js v511', what: /^'(tls_preserve_current_state: TPIDR2|do_sme_acc|sme_set_current_vl|ptrauth_set_enabled_keys|task_cpu_possible_mask|set_tsc_mode)'/,
    why: 'a place newer than v5.11 and no part of any event: it says what a later base would ask there (SME, pointer authentication, affinity, counter)',
  },
  {
    in: 'syscalls/dispatch.js tableSize', what: 'inCompatTable(t) → not(inCompatTable(t))',
    why: 'both tables have the same number of slots in every base (442 in v5.11, 436 in v5.4, 463 in 6.12)',
  },
  {
    in: 'syscalls/sigreturn-compat.js compatSigreturn', what: /^f\.(rtSize|size) → \(f\.\1 - 4\)$/,
    why: 'the frame is aligned to 8 bytes and its size is a multiple of 8: access_ok says the same for four bytes less',
  },
  {
    in: 'syscalls/seccomp.js seccompRefuses', what: 'ule(data, bv(16, MAX_ERRNO)) → ult(data, bv(16, MAX_ERRNO))',
    why: 'the smaller of data and MAX_ERRNO: where they are equal both arms are',
  },
  {
    in: 'tasks/do-signal.js restartWithoutSignal', what: 'and(p.inSyscall, eq(t.pc, p.restartAddr)) → and(eq(t.pc, p.restartAddr))',
    why: 'restartAddr lies before pc, and pc becomes it inside a system call only',
  },
  {
    in: 'tasks/sanitise.js drop', what: 'bvand(x, bvnot(bv(64, bits))) → bvand(bvnot(bv(64, bits)), x)',
    why: 'bvand is symmetric',
  },
  {
    in: 'tasks/signal-frames.js sigsys', what: 'and(is(s.signo, signals.SIGSYS), is(s.code, siCode.SYS_SECCOMP)) → and(is(s.code, siCode.SYS_SECCOMP))',
    why: 'what the layout of SIGSYS adds (si_syscall, si_arch, si_errno) is 0 unless SIGSYS is pending, and so are those words in the other layout',
  },
  {
    in: 'tasks/signal-frames.js setupRtFrame', what: 'o < 128 → (o <= 128)',
    why: 'the eight bytes after siginfo are uc_flags, which is 0 in every frame',
  },
  {
    in: 'syscalls/regsets.js compatGpr.set', what: 'i < 18 → (i <= 18)',
    why: 'lengths are clipped to 18 words: the nineteenth is never covered',
  },
  {
    in: 'handlers/handler.js numbered', what: /^n\.compat → /,
    why: 'the question whether a call has a compat number: every handler has one (its value is noticed)',
  },
  {
    in: 'handlers/sigreturn.js rtSigreturn', what: /^compatFrame\.(rtSize|size) → \(compatFrame\.\1 \+ [48]\)$/,
    why: 'refuses a region that begins right behind the frame, too: less is modelled, nothing otherwise',
  },
  {
    in: 'handlers/sigreturn.js sigreturn', what: /^compatFrame\.(rtSize|size) → \(compatFrame\.\1 \+ [48]\)$/,
    why: 'refuses a region that begins right behind the frame, too: less is modelled, nothing otherwise',
  },
  {
    in: 'syscalls/ptrace.js reaches', what: '1 → 0',
    why: 'no set is so long that it ends exactly with the buffer (16 + 272 of 320 bytes)',
  },
  {
    in: 'syscalls/sigreturn-compat.js compatSigreturn', what: 'true → false',
    why: 'whether a lifted function stands in the place: the kernels have none, and test/lift looks at those of a tree',
  },
  {
    in: 'tasks/do-signal.js among', what: 'eq(r, negative(c)) → eq(negative(c), r)',
    why: 'equality is symmetric',
  },
  {
    in: 'handlers/handler.js numbered', what: 'False → True',
    why: 'the case of a call that the compat table does not have: there is none among the handlers (the other False is noticed)',
  },
  {
    in: 'syscalls/ptrace.js reaches', what: /, ult\(len, bv\(32, 4 \* buf\.words\.length - offset \+ 1\)\)\) →|^and\(ule\(buf\.lo, bv\(32, offset\)\), not\(ult\(buf\.hi, bvadd\(len, bv\(32, offset\)\)\)\), u → and\(ule\(buf\.lo, bv\(32, offset\)\), not\(ult\(buf\.hi, bvadd\(len, bv\(32, offset\)\)\)\)\)$/,
    why: 'a mapping ends within the buffer: what is mapped up to the end is no longer than the buffer (the bound is there for sums that wrap, which clipped lengths do not)',
  },
  {
    in: 'syscalls/ptrace.js transferLength', what: '0 → 1',
    why: 'the length where no set answers: the call is EINVAL whatever is mapped, and mappings end at words',
  },
  {
    in: 'syscalls/ptrace.js bvor32', what: /^0x8000000[014] → \d{10}$/,
    why: 'stands for a length beyond 32 bits: any number that is larger than every set and leaves the same rest modulo 4 and 8 does',
  },
  {
    in: 'tasks/signal-frames.js compatSetupFrame', what: 'ite(fault(s), lower32(s.addr), w32(0)) → lower32(s.addr)',
    why: 'the address is 0 unless a signal is forced, and SIGSEGV and SIGILL are the only ones that are',
  },
  {
    in: 'syscalls/regsets.js liftedSetter', what: /^(1 → 0|i < words → \(i <= words\))$/,
    why: 'only where functions lifted from a source stand in the model (check --tree); no kernel here has any',
  },
  {
    in: 'syscalls/regsets.js taskUserRegsetView', what: 'views.aarch32_ptrace → (views.aarch32_ptrace ^ 1n)',
    why: 'the same: an address that only a lifted task_user_regset_view returns',
  },
  {
    in: 'syscalls/sigreturn-native.js recordsModelled', what: 'ult(word(f.record + 4), bv(32, f.fpsimdSize)) → ule(word(f.record + 4), bv(32, f.fpsimdSize))',
    why: 'the other arm of the disjunction is the case of equal sizes',
  },
  {
    in: 'syscalls/ptrace.js reaches', what: '4 → 5',
    why: 'the bound against sums that wrap, which clipped lengths do not',
  },
  {
    in: 'syscalls/mmap.js mmapCanReturn', what: 'ule(result, bv(64, limit)) → ult(result, bv(64, limit))',
    why: 'at the limit itself only a length of 0 is left, which is refused',
  },
  {
    in: 'syscalls/clone3.js isClone3', what: /^iteBool\(inCompatTable\(t\), .* → is\((t\.syscallno|callNumber\(k, t\)), numbers\.(native|compat)\.clone3\)/,
    why: 'clone3 has the number 435 in both tables',
  },
  {
    in: 'syscalls/clone3.js accessOkLength', what: 'ule(addr, bv(64, TASK_SIZE_MAX)) → ult(addr, bv(64, TASK_SIZE_MAX))',
    why: 'at TASK_SIZE_MAX itself only a length of 0 is left, and clone3_stack_valid refuses that before',
  },
  {
    in: 'tasks/sanitise.js set', what: 'bvor(x, bv(64, bits)) → bvor(bv(64, bits), x)',
    why: 'bvor is symmetric',
  },
  {
    in: 'syscalls/tagged-addr.js MTE_MASK', what: '0x7fffen → 524287n',
    why: 'bit 0, PR_TAGGED_ADDR_ENABLE, is allowed with and without MTE',
  },
  {
    in: 'syscalls/sigreturn-native.js nativeSigreturn', what: '24 → 8',
    why: 'a mapping that ends within uc_stack leaves out uc_sigmask behind it, which is a fault already; one that begins there leaves out its first bytes as well',
  },
  {
    in: 'syscalls/mmap.js mmapCanReturn', what: 'mapFlags.MAP_FIXED_NOREPLACE → (mapFlags.MAP_FIXED_NOREPLACE ^ 4)',
    why: 'bit 2 lies in MAP_TYPE, and no type that mmap takes has it (1, 2, 3, 8): those calls are refused anyway',
  },
  {
    in: 'syscalls/dispatch.js storeResult', what: /^k\.everyResultBySetReturnValue \? /,
    why: 'in every kernel the site syscall_set_return_value asks what the site invoke_syscall asks',
  },
  {
    in: 'tasks/signal-frames.js sigsys', what: 'and(is(s.signo, signals.SIGSYS), is(s.code, siCode.SYS_SECCOMP)) → and(is(s.signo, signals.SIGSYS))',
    why: 'SIGSYS is forced by a filter alone, with SYS_SECCOMP; of one without that code address, call and architecture are 0 in both layouts',
  },
  {
    in: 'syscalls/ptrace.js regset', what: '0 → 1',
    why: 'the length where no set answers: the call is EINVAL, and no length is written back',
  },
  ...['v5.11', 'v6.12', 'v7.3'].map((kernel) => ({
    in: `kernels/${kernel}.js ${kernel.replace('.', '')}`, what: /^size: 88 → (?!64$)\d+$/,
    why: 'of the size of struct clone_args the model asks only whether it is the first one (64): longer ones are modelled in their published sizes',
  })),
]

/** Why nothing notices the mutant, if that is known. */
export const explained = (m) => survivors.find((s) => s.in === `${m.file} ${m.function}` && (typeof s.what === 'string' ? s.what === m.what : s.what.test(m.what)))?.why
