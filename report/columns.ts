/** Kernels that stand side by side on a terminal; more of them follow below. */
const ABREAST = 5

/** A table of rows × kernels as one that fits: the first column again before every few others. */
export function abreast(rows: readonly (readonly string[])[]): string[][][] {
  const others = (rows[0]?.length ?? 1) - 1
  return Array.from({ length: Math.max(1, Math.ceil(others / ABREAST)) }, (_, i) => rows.map((r) => [r[0] ?? '', ...r.slice(1 + i * ABREAST, 1 + (i + 1) * ABREAST)]))
}

/** Rows whose columns stand under each other; the last is as long as it is. */
export function columns(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((r) => (r[i] ?? '').length)))
  return rows.map((r) => indent + r.map((cell, i) => i === r.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)).join('  '))
}
