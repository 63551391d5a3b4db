import type { Entry } from '../entry.js'
import { BERGMANN_V2 } from '../claims/mails.js'

export const entry: Entry = {
  id: 'ioctl/compat-ioctl-alone',
  who: 'Arnd Bergmann',
  sentence: "I think it's much easier to argue in favor of exposing the kernel's ioctl() emulation and a get_unmapped_area() limit to a process specific address than for doing the entire syscalls emulation.",
  source: BERGMANN_V2,
  why: 'It weighs one interface against another that is in no kernel here. The limit of addresses that it speaks of is decided for the interfaces that there are.',
  near: ['dispatch/entire-table', 'mmap/compat-in-low-4g'],
}
