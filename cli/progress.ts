/** A line that is rewritten while a command works; on a terminal only. */
export function progressLine(what: string): { at(done: number, of: number): void, end(): void } {
  const stream = process.stderr
  if (!stream.isTTY) return { at: () => undefined, end: () => undefined }
  return {
    at: (done, of) => { stream.write(`\r${what} ${done}/${of}\u001b[K`) },
    end: () => { stream.write('\r\u001b[K') },
  }
}
