#ifndef INIT_TABLE_H
#define INIT_TABLE_H

/*
 * proctor status: services of the API's answer as a table for people.  A line
 * for each, and under it, indented, why it is not ready and what it says of
 * itself.  No line is wider than width.
 */

#include "supervisor/reader.h"

enum { TABLE_WIDTH = 80 };

/* services: an array of those to show. */
void table_write(struct text *, const struct slice *services, size_t count, size_t width);

#endif
