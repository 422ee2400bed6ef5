#include "healthcheck/lookup.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool
lookup_numeric(struct addresses *all, const char *address, const char *port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_storage *item = &all->items[all->count];

	if (all->count == ADDRESSES_MAX)
		return false;
	v4.sin_port = v6.sin6_port = htons((in_port_t)strtoul(port, NULL, 10));
	memset(item, 0, sizeof(*item));
	if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
		memcpy(item, &v4, sizeof(v4));
	else if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1)
		memcpy(item, &v6, sizeof(v6));
	else
		return false;
	all->count++;
	return true;
}

#ifdef PROCTOR_STATIC

const char *
lookup_host(const char *host, const char *port, struct addresses *all)
{
	FILE *hosts;

	all->count = 0;
	if (lookup_numeric(all, host, port))
		return NULL;
	hosts = fopen("/etc/hosts", "re");
	if (hosts) {
		lookup_in_hosts(all, hosts, host, port);
		fclose(hosts);
	}
	/* RFC 6761, section 6.3: it means this, whether it is written or not. */
	if (all->count == 0 && strcasecmp(host, "localhost") == 0) {
		(void)lookup_numeric(all, "127.0.0.1", port);
		(void)lookup_numeric(all, "::1", port);
	}
	if (all->count > 0)
		return NULL;
	return "the name is not in /etc/hosts, and the static build asks no DNS";
}

#else

const char *
lookup_host(const char *host, const char *port, struct addresses *all)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *found;
	int r;

	all->count = 0;
	if (lookup_numeric(all, host, port))
		return NULL;
	r = getaddrinfo(host, port, &hints, &found);
	if (r != 0)
		return gai_strerror(r);
	for (struct addrinfo *one = found; one && all->count < ADDRESSES_MAX;
	     one = one->ai_next) {
		if (one->ai_addrlen <= sizeof(all->items[0]))
			memcpy(&all->items[all->count++], one->ai_addr, one->ai_addrlen);
	}
	freeaddrinfo(found);
	return all->count > 0 ? NULL : "the name has no address";
}

#endif

/* ADDRESS NAME NAME..., and comments behind #; a line over the buffer is two. */
void
lookup_in_hosts(struct addresses *all, FILE *hosts, const char *name, const char *port)
{
	static const char blanks[] = " \t\r\n";
	char line[1024];

	while (fgets(line, sizeof(line), hosts)) {
		char *rest = NULL;
		char *address;
		char *word;

		line[strcspn(line, "#")] = '\0';
		address = strtok_r(line, blanks, &rest);
		while (address && (word = strtok_r(NULL, blanks, &rest))) {
			if (strcasecmp(word, name) != 0)
				continue;
			(void)lookup_numeric(all, address, port);
			break;
		}
	}
}
