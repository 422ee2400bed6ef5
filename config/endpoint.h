#ifndef CONFIG_ENDPOINT_H
#define CONFIG_ENDPOINT_H

/*
 * Where to listen, from text: ADDRESS:PORT or unix:PATH.  ADDRESS is an IPv4
 * address, an IPv6 address in [], or * or nothing for all of the machine.
 * Names are none: to look them up may take its time, and a network.
 */

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

struct endpoint {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un local;
	} at;
	socklen_t length;
	bool all; /* of both families: at is IPv6's, and IPv4's will do */
};

/* Returns NULL, or a sentence that says what is wrong and what to write. */
const char *endpoint_parse(const char *text, struct endpoint *ret_endpoint);

/* A socket of this path; false: it is too long for one (unix(7)). */
bool endpoint_of_path(const char *path, struct endpoint *ret_endpoint);

#endif
