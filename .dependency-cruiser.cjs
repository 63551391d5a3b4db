// Arrows between rooms run one way: cli → report → proofs → model → trace; sim → trace and tables; lift → model/terms; guest → trace.
const only = (from, to) => ({ name: `${from}-imports`, severity: 'error', from: { path: `^${from}/` }, to: { path: '^(trace|model|sim|proofs|lift|guest|report|cli|test|bench)/', pathNot: to } })
module.exports = {
  forbidden: [
    only('trace', '^trace/'),
    only('model', '^(trace|model)/'),
    { ...only('sim', ['^(trace|sim)/', '\\.table\\.ts$']) },
    only('lift', '^(lift|model/terms|trace)/'),
    only('guest', '^(guest|trace)/'),
    only('proofs', '^(proofs|model|trace)/'),
    only('report', '^(report|proofs|model|trace)/'),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'tables-are-pure-data', severity: 'error', from: { path: '\\.table\\.ts$' }, to: { path: '.', pathNot: ['\\.table\\.ts$', 'table-types\\.ts$'] } },
    { name: 'terms-know-nothing', severity: 'error', from: { path: '^model/terms/' }, to: { pathNot: '^model/terms/' } },
    { name: 'nobody-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
  ],
  options: { doNotFollow: { path: 'node_modules' }, exclude: { path: '^(node_modules|dist)' }, tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, enhancedResolveOptions: { extensionAlias: { '.js': ['.ts', '.js'] } } },
}
