// SPDX-License-Identifier: GPL-2.0
// Mappings made in a compat call of an AArch64 task lie below 4 GiB.

@end@
expression addr, len, flags;
@@
-arch_get_mmap_end(addr, len, flags)
+compat_call_mmap_end(addr, len, flags, arch_get_mmap_end(addr, len, flags))

@base@
expression addr, base;
@@
-arch_get_mmap_base(addr, base)
+compat_call_mmap_base(arch_get_mmap_base(addr, base))
