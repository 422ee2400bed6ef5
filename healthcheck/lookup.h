#ifndef HEALTHCHECK_LOOKUP_H
#define HEALTHCHECK_LOOKUP_H

/*
 * From a host and a port to addresses.
 *
 * The distribution's build asks getaddrinfo(3), and so whatever nsswitch.conf
 * names.  A static glibc cannot load what that needs: the static build knows
 * addresses, the names in /etc/hosts (Docker, podman and Kubernetes write
 * the container's own there) and localhost, and asks no DNS.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>

enum { ADDRESSES_MAX = 16 };

struct addresses {
	struct sockaddr_storage items[ADDRESSES_MAX];
	size_t count;
};

/* Returns why there is none, or NULL.  The port is decimal. */
const char *lookup_host(const char *host, const char *port, struct addresses *);

/* The two halves of the static build. */
bool lookup_numeric(struct addresses *, const char *address, const char *port);
void lookup_in_hosts(struct addresses *, FILE *hosts, const char *name, const char *port);

#endif
