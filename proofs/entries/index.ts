/** What the review says that is no property of this state, a file each. */
import type { Entry } from '../entry.js'
import { entry as ioctlX86Structures } from './ioctl-x86-structures.js'
import { entry as ioctlDriverState } from './ioctl-driver-state.js'
import { entry as ioctlCompatStateInKernel } from './ioctl-compat-state-in-kernel.js'
import { entry as ioctlCompatIoctlAlone } from './ioctl-compat-ioctl-alone.js'
import { entry as ioctlU64Pointers } from './ioctl-u64-pointers.js'
import { entry as ioctlIoUringLayout } from './ioctl-io-uring-layout.js'
import { entry as robustListSigkill } from './robust-list-sigkill.js'
import { entry as robustListCoexistence } from './robust-list-coexistence.js'
import { entry as fsExt4DirectoryHash } from './fs-ext4-directory-hash.js'
import { entry as policyOutOfTreeDrivers } from './policy-out-of-tree-drivers.js'
import { entry as policyUserSpaceFirst } from './policy-user-space-first.js'
import { entry as policyTableEvolves } from './policy-table-evolves.js'
import { entry as policyMapBelow } from './policy-map-below.js'
import { entry as policyMinimalSet } from './policy-minimal-set.js'
import { entry as policyGenericKernel } from './policy-generic-kernel.js'

export const entries: readonly Entry[] = [
  ioctlX86Structures, ioctlDriverState, ioctlCompatStateInKernel, ioctlCompatIoctlAlone, ioctlU64Pointers,
  ioctlIoUringLayout, robustListSigkill, robustListCoexistence, fsExt4DirectoryHash, policyOutOfTreeDrivers,
  policyUserSpaceFirst, policyTableEvolves, policyMapBelow, policyMinimalSet, policyGenericKernel,
]
