#ifndef CONFIG_PATTERN_H
#define CONFIG_PATTERN_H

#include <stdbool.h>

/*
 * Whether the pattern of glob(7) means this name of a file, byte by byte: '*', '?',
 * '[a-z]', '[!a-z]', '[[:digit:]]', and '\' before one that is to mean itself.  A dot
 * at the beginning is only meant by a dot.
 *
 * fnmatch(3) would be 17 KiB in the static build.
 */
bool pattern_matches(const char *pattern, const char *name);

#endif
