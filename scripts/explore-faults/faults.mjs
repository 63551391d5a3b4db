// One fault a line: `file` below dist/model, the text in it, what stands there instead; where and as what `explore` has to find it.
// The first two are faults that mainline once had, put back into a kernel that has their repair.
export const faults = [
  { name: '67ab51cbdfee: TPIDRRO_EL0 left to KPTI at a switch', file: 'kernels/v7.3.js', from: /(?<=\bid: 'v7\.3',)/, to: ' ', also: { file: 'tasks/tls.js', from: 'bool(k.tlsSwitchLeavesTpidrroToKpti)', to: 'bool(true)' },
    kernel: 'v7.3', principle: 'isolation', field: 'TPIDRRO_EL0' },
  { name: 'df84fe947089: no filter for a traced call -1', file: null, also: { file: null, property: ['skipsBeforeSeccomp', true] }, kernel: 'v7.3', principle: 'tracing', field: 'the seccomp filter' },
]
