#include "healthcheck/connect.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "healthcheck/lookup.h"

void
connect_name(char *buffer, size_t size, const char *host, const char *port)
{
	bool bracketed = strchr(host, ':') != NULL;

	(void)snprintf(buffer, size, "%s%s%s:%s", bracketed ? "[" : "", host,
	    bracketed ? "]" : "", port);
}

/* Returns a descriptor or -errno. */
static int
connect_address(const struct sockaddr *address, socklen_t length, int type)
{
	int fd = socket(address->sa_family, type | SOCK_CLOEXEC, 0);
	int error;

	if (fd < 0)
		return -errno;
	if (connect(fd, address, length) == 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

/* That this machine has no such route says nothing about the server. */
static bool
is_about_us(int error)
{
	return error == EAFNOSUPPORT || error == EADDRNOTAVAIL || error == ENETUNREACH;
}

int
connect_tcp(const char *host, const char *port, const struct finding *f)
{
	struct addresses all;
	const char *why = lookup_host(host, port, &all);
	char name[300];
	int error = 0;

	connect_name(name, sizeof(name), host, port);
	if (why) {
		(void)finding_bad(f, "%s: %s", host, why);
		return -1;
	}
	for (size_t i = 0; i < all.count; i++) {
		const struct sockaddr_storage *item = &all.items[i];
		int fd = connect_address((const struct sockaddr *)item,
		    item->ss_family == AF_INET ? sizeof(struct sockaddr_in)
					       : sizeof(struct sockaddr_in6),
		    SOCK_STREAM);

		if (fd >= 0)
			return fd;
		if (error == 0 || is_about_us(error))
			error = -fd;
	}
	(void)finding_bad(f, "connect to %s: %s", name, strerror(error));
	return -1;
}

int
connect_unix(const char *path, const struct finding *f)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = -EPROTOTYPE;

	if (strlen(path) >= sizeof(address.sun_path)) {
		(void)finding_bad(f, "the path is too long for a socket");
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path));
	for (size_t i = 0; i < 3 && fd == -EPROTOTYPE; i++)
		fd = connect_address(
		    (const struct sockaddr *)&address, sizeof(address), types[i]);
	if (fd >= 0)
		return fd;
	(void)finding_bad(f, "connect: %s", strerror(-fd));
	return -1;
}
