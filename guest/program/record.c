/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include "record.h"

uint64_t *record, record_words;
static uint64_t record_room;

void put(uint64_t word)
{
	if (record_words == record_room) {
		record_room = record_room ? 2 * record_room : 1 << 16;
		record = realloc(record, record_room * sizeof *record);
	}
	record[record_words++] = word;
}

void put_bytes(const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i += 8) {
		uint64_t word = 0;
		memcpy(&word, (const char *)bytes + i, length - i < 8 ? length - i : 8);
		put(word);
	}
}
