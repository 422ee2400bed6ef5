#ifndef CONFIG_LETTERS_H
#define CONFIG_LETTERS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the first bytes of both are the same but for the case of A to Z,
 * whatever the locale.  Looks no further than to the first that differs.
 *
 * strncasecmp(3) would be 28 KiB in the static build, one of it for each kind
 * of processor.
 */
bool letters_are_same(const char *a, const char *b, size_t length);

#endif
