/* SPDX-License-Identifier: MIT */
/* The record under construction: what the commands of a script answer, word by word. */
#ifndef RECORD_H
#define RECORD_H
#include <stddef.h>
#include <stdint.h>

extern uint64_t *record, record_words;

void put(uint64_t word);
void put_bytes(const void *bytes, size_t length);

#endif
