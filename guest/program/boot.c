/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#include "boot.h"

/* Modules of a distribution's kernel, in the order in which they were packed; none for the self-built ones. */
static void load_modules(void)
{
	for (int i = 0; i < 16; i++) {
		char path[32];
		snprintf(path, sizeof path, "/modules/%02d.ko", i);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			break;
		if (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST)
			fprintf(stderr, "arm64-compat: %s: %s\n", path, strerror(errno));
		close(fd);
	}
}

static int open_port(void)
{
	for (int tries = 0; tries < 500; tries++) {
		DIR *dev = opendir("/dev");
		for (struct dirent *e; dev && (e = readdir(dev));) {
			char path[300];
			if (strncmp(e->d_name, "vport", 5) != 0)
				continue;
			snprintf(path, sizeof path, "/dev/%s", e->d_name);
			int fd = open(path, O_RDWR | O_CLOEXEC);
			if (fd >= 0) {
				closedir(dev);
				return fd;
			}
		}
		if (dev)
			closedir(dev);
		usleep(10000);
	}
	return -1;
}

/* A person at the console: no shell is packed, so the programs of the guest are told what they can do. */
static void console(void)
{
	char line[256];
	puts("arm64-compat guest: maps, status, cmdline, cpuinfo, dmesg-level files of /proc by name; exit");
	for (fputs("> ", stdout), fflush(stdout); fgets(line, sizeof line, stdin); fputs("> ", stdout), fflush(stdout)) {
		char path[300], text[4096];
		line[strcspn(line, "\r\n")] = 0;
		if (strcmp(line, "exit") == 0)
			break;
		snprintf(path, sizeof path, line[0] == '/' ? "%s" : "/proc/self/%s", line);
		FILE *f = fopen(path, "r");
		if (!f && line[0] != '/') {
			snprintf(path, sizeof path, "/proc/%s", line);
			f = fopen(path, "r");
		}
		if (!f) {
			printf("%s: %s\n", line, strerror(errno));
			continue;
		}
		for (size_t n; (n = fread(text, 1, sizeof text, f)) > 0;)
			fwrite(text, 1, n, stdout);
		fclose(f);
	}
}

int boot(void)
{
	char cmdline[2048] = "";
	mkdir("/proc", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	int fd = open("/proc/cmdline", O_RDONLY);
	if (fd >= 0) {
		ssize_t n = read(fd, cmdline, sizeof cmdline - 1);
		cmdline[n > 0 ? n : 0] = 0;
		close(fd);
	}
	/* the traces map page 0 and let the kernel choose it: that is left to the user here */
	fd = open("/proc/sys/vm/mmap_min_addr", O_WRONLY);
	if (fd >= 0 && write(fd, "0", 1) == 1)
		close(fd);
	load_modules();
	if (strstr(cmdline, "arm64_compat=console")) {
		console();
		power_off();
	}
	if (access("/repro", X_OK) == 0) {
		/* a reproducer was packed: it runs as an ordinary program, its TAP goes to the console */
		int status;
		if (fork() == 0) {
			execl("/repro", "repro", (char *)0);
			_exit(111);
		}
		wait(&status);
		printf("arm64-compat: reproducer ended with %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
		fflush(stdout);
		power_off();
	}
	fd = open_port();
	if (fd < 0) {
		fprintf(stderr, "arm64-compat: no virtio port\n");
		power_off();
	}
	return fd;
}

void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

size_t describe_machine(char *text, size_t size)
{
	struct utsname u;
	size_t n;
	uname(&u);
	n = snprintf(text, size, "release=%s\nversion=%s\nhwcap=%lx\nhwcap2=%lx\n", u.release, u.version, getauxval(AT_HWCAP), getauxval(AT_HWCAP2));
	int fd = open("/proc/cpuinfo", O_RDONLY);
	if (fd >= 0) {
		ssize_t got = read(fd, text + n, size - n);
		n += got > 0 ? got : 0;
		close(fd);
	}
	return n;
}

/* Tasks start in the root folder, and so their cores lie there (core_pattern is the kernel's own). */
size_t take_core(char *bytes, size_t size)
{
	size_t n = 0;
	int fd = open("/core", O_RDONLY);
	if (fd < 0)
		return 0;
	for (ssize_t got; n < size && (got = read(fd, bytes + n, size - n)) > 0;)
		n += got;
	close(fd);
	unlink("/core");
	return n;
}

int read_all(int fd, void *buf, size_t length)
{
	char *p = buf;
	while (length) {
		ssize_t n = read(fd, p, length);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0) {
			/* a virtio port whose host side is not there yet reads as empty */
			if (n == 0 && fd > 2) {
				usleep(1000);
				continue;
			}
			return 0;
		}
		p += n;
		length -= n;
	}
	return 1;
}

int write_all(int fd, const void *buf, size_t length)
{
	const char *p = buf;
	while (length) {
		ssize_t n = write(fd, p, length > 32768 ? 32768 : length);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			return 0;
		p += n;
		length -= n;
	}
	return 1;
}
