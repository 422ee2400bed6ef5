#ifndef TESTS_SPLIT_H
#define TESTS_SPLIT_H

/*
 * Lists of strings that may be changed, as execve(2) and the configuration
 * have them, from a text: its words, parted by single spaces.
 */

#include "config/config.h"
#include "tests/unit/world.h"

#define SPLIT_MAX 16

/* NULL-terminated; one of sixteen lists in turn. */
static inline struct words
split(const char *text)
{
	static char texts[16][4096];
	static char *items[16][SPLIT_MAX + 1];
	static unsigned next;
	struct words words = {.items = items[next % 16]};
	char *rest = texts[next++ % 16];

	assert_true(strlen(text) < sizeof(texts[0]));
	memcpy(rest, text, strlen(text) + 1);
	while (rest && *rest != '\0') {
		assert_true(words.count < SPLIT_MAX);
		words.items[words.count++] = strsep(&rest, " ");
	}
	words.items[words.count] = NULL;
	return words;
}

#endif
