/** A cpio archive in the "newc" form that the kernel unpacks as its first root file system. */

export interface Entry { readonly name: string, readonly data: Buffer, readonly mode?: number }

const pad4 = (b: Buffer): Buffer => Buffer.concat([b, Buffer.alloc((4 - b.length % 4) % 4)])

function member(name: string, data: Buffer, mode: number, inode: number): Buffer {
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0]
  const head = `070701${fields.map((n) => n.toString(16).padStart(8, '0')).join('')}${name}\0`
  return Buffer.concat([pad4(Buffer.from(head, 'latin1')), pad4(data)])
}

const isFolder = 0o040755
const isFile = 0o100755
const isDevice = 0o020600

/** Files with their folders made as needed, and /dev/console. */
export function cpio(entries: readonly Entry[]): Buffer {
  const folders = new Set(['dev', 'proc', ...entries.flatMap((e) => e.name.includes('/') ? [e.name.split('/').slice(0, -1).join('/')] : [])])
  const out = [...folders].map((name, i) => member(name, Buffer.alloc(0), isFolder, 100 + i))
  const console = member('dev/console', Buffer.alloc(0), isDevice, 2)
  // device numbers 5, 1 stand in fields 10 and 11 (rdevmajor, rdevminor)
  console.write('0000000500000001', 6 + 9 * 8, 'latin1')
  out.push(console, ...entries.map((e, i) => member(e.name, e.data, e.mode ?? isFile, 200 + i)), member('TRAILER!!!', Buffer.alloc(0), 0, 0))
  return Buffer.concat(out)
}
