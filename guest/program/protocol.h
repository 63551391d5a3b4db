/* SPDX-License-Identifier: MIT */
/* What goes over the channel. guest/protocol.ts is the other side.
 *
 * A request is {magic, where, scripts, bytes}, then that many bytes: scripts, each
 * {words, word...}. The answer has the same shape with one record a script. Every
 * number is a little-endian 64-bit word; bytes are padded with zeros to whole words.
 * where: 64: the program itself runs the scripts, 32: its AArch32 twin does.
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#define PROTOCOL_MAGIC 0x3654414d4f435241ull /* "ARCOMAT6" */

/* First word of a command: command, slot << 8. Then its arguments; -> what it adds to the record. */
enum command {
	CMD_SPAWN = 1,	/* bits -> pid: a fresh task right after exec of a 64- or 32-bit image (+ 0x100: of tls.S) */
	CMD_SETREGSET,	/* type, length, bytes -> result, iov_len */
	CMD_GETREGSET,	/* type, length -> result, iov_len, length bytes */
	CMD_POKE,	/* address, length, bytes -> result */
	CMD_PEEK,	/* address, length -> result, bytes */
	CMD_CONT,	/* request, signal -> result */
	CMD_WAIT,	/* -> status, si_signo, si_code, si_addr */
	CMD_REMOTE,	/* number, six arguments -> result: a system call of the task */
	CMD_SYSCALL,	/* immediate, x7, x8, six arguments -> x0: one of the program itself */
	CMD_WRITE,	/* address, length, bytes -> : own memory */
	CMD_READ,	/* address, length -> bytes */
	CMD_KILL,	/* -> */
	CMD_ADOPT,	/* pid -> result: the slot takes an auto-attached task over, once stopped */
	CMD_REQUEST,	/* request, addr, data -> result, data read: plain ptrace */
	CMD_INFO,	/* -> length, text */
	CMD_CORE,	/* room -> length, room bytes: the beginning of the core that a task has left, which is gone then */
};

/* An argument 0xfffffffffffe0000 + slot stands for the pid in that slot. */
#define PID_BASE 0xfffffffffffe0000ull
/* 0xfffffffffffd0000 + slot: the pid in that task's last ptrace event (its new child). */
#define CHILD_BASE 0xfffffffffffd0000ull
#define SLOTS 4

/* Own memory for buffers that scripts name by address; below 4 GiB in both programs. */
#define SCRATCH 0x58000000ul
#define SCRATCH_SIZE 0x10000ul

#endif
