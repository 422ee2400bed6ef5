#ifndef CONFIG_PROBE_H
#define CONFIG_PROBE_H

/*
 * From text to probes: what value.h is for single values, with the same rules
 * for errors.
 *
 *	http://HOST[:PORT][/PATH][?QUERY]	https://... likewise
 *	tcp://HOST:PORT
 *	unix:///PATH
 *	grpc://HOST:PORT[/SERVICE]
 *	exec: PROGRAM ARGUMENT...
 *	file:///PATH[?max_age=TIME]
 *
 * HOST is a name, an IPv4 address or an IPv6 address in brackets.  An escape
 * such as %20 stays in what http sends, and is decoded in the others, where
 * a path or a name is meant and not its spelling.
 */

#include "config/value.h"

/*
 * text is as it stands in the file, without the comment (FORM_WORDS): a
 * command is split into words first and each word is expanded then, a URL is
 * expanded as a whole.  The text in the result is the URL with ${NAME} and %i
 * filled in, and of a command what was written.
 */
int value_probe(struct value_context *, const char *text, struct probe *ret_probe);

/* As those of settle.h. */
void settle_probe(struct arena *, void *field);

#endif
