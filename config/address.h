#ifndef CONFIG_ADDRESS_H
#define CONFIG_ADDRESS_H

/* HOST:PORT; HOST is a name, an IPv4 address or an IPv6 address in brackets. */

#include "config/value.h"

struct address {
	const char *host; /* without the brackets */
	const char *port; /* decimal, from 1 to 65535 */
};

/*
 * See value.h for errors.  port is what it is where the text has none; NULL:
 * the text has to have one.
 */
int value_address(struct value_context *, const char *text, const char *port,
    struct address *ret_address);

#endif
