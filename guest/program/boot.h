/* SPDX-License-Identifier: MIT */
/* What /init does around the scripts: file systems, the port, whole reads and writes. */
#ifndef BOOT_H
#define BOOT_H
#include <stddef.h>

int boot(void);			/* the opened port; does not return without one */
void power_off(void);
size_t describe_machine(char *text, size_t size);
size_t take_core(char *bytes, size_t size);	/* how much of /core there was; 0 when there is none */
int read_all(int fd, void *buf, size_t length);
int write_all(int fd, const void *buf, size_t length);

#endif
