#ifndef CONFIG_UTF8_H
#define CONFIG_UTF8_H

#include <stddef.h>

/*
 * The length of the UTF-8 character at text, of which left bytes are there; 0:
 * what is there is none (RFC 3629, section 4).
 */
size_t utf8_length(const char *text, size_t left);

/* Each byte that belongs to no character becomes '?', and so does NUL. */
void utf8_repair(char *text, size_t length);

#endif
