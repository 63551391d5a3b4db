import type { Entry } from '../entry.js'
import { BERGMANN_V2 } from '../claims/mails.js'

export const entry: Entry = {
  id: 'ioctl/compat-state-in-kernel',
  who: 'Arnd Bergmann',
  sentence: 'some ioctl commands cannot be emulated in user space because the compat code relies on tracking device state in the kernel.',
  source: BERGMANN_V2,
  why: 'It says what an emulator outside the kernel can know. That is a statement about programs and devices; no run of a kernel is otherwise if it is wrong.',
  near: [],
}
