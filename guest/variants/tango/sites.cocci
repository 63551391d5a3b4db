// SPDX-License-Identifier: GPL-2.0
// Tango shares RFC v2's sites (rfc-v2/sites.cocci); /proc shows the emulated pc and sp.

@eip@
expression t;
@@
-KSTK_EIP(t)
+compat_kstk_eip(t)

@esp@
expression t;
@@
-KSTK_ESP(t)
+compat_kstk_esp(t)
