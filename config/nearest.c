#include "config/nearest.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { LENGTH_MAX = 64 };

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int
fold(char c)
{
	return tolower((unsigned char)c);
}

/*
 * One row of the usual matrix: the distances of the first i letters of a from
 * every beginning of b.  rows holds this one and the two before it.
 */
static void
fill_row(size_t rows[3][LENGTH_MAX + 1], size_t i, const char *a, const char *b)
{
	size_t *row = rows[i % 3];
	const size_t *above = rows[(i + 2) % 3];
	const size_t *twice = rows[(i + 1) % 3];

	row[0] = i;
	for (size_t j = 1; b[j - 1] != '\0'; j++) {
		size_t changed = fold(a[i - 1]) != fold(b[j - 1]);

		row[j] = least(above[j], row[j - 1]) + 1;
		row[j] = least(row[j], above[j - 1] + changed);
		if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
		    fold(a[i - 2]) == fold(b[j - 1]))
			row[j] = least(row[j], twice[j - 2] + 1);
	}
}

static size_t
distance(const char *a, const char *b)
{
	size_t rows[3][LENGTH_MAX + 1] = {{0}};
	size_t length = strlen(a);

	if (length > LENGTH_MAX || strlen(b) > LENGTH_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= LENGTH_MAX; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= length; i++)
		fill_row(rows, i, a, b);
	return rows[length % 3][strlen(b)];
}

struct nearest
nearest_to(const char *wanted)
{
	/* One slip for every three letters, and at most four. */
	return (struct nearest){
	    .wanted = wanted, .distance = least((strlen(wanted) + 2) / 3 + 1, 5)};
}

void
nearest_offer(struct nearest *nearest, const char *candidate)
{
	size_t away = distance(nearest->wanted, candidate);

	/* Something must be left of it. */
	if (away >= nearest->distance || away >= strlen(candidate))
		return;
	nearest->best = candidate;
	nearest->distance = away;
}

const char *
nearest_hint(const struct nearest *nearest, struct arena *arena)
{
	if (nearest->best == NULL)
		return "";
	return arena_format(arena, "; did you mean '%s'?", nearest->best);
}
