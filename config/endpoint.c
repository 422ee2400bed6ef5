#include "config/endpoint.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

static const char unix_prefix[] = "unix:";

bool
endpoint_of_path(const char *path, struct endpoint *ret_endpoint)
{
	struct endpoint e = {.length = sizeof(e.at.local)};

	if (strlen(path) >= sizeof(e.at.local.sun_path))
		return false;
	e.at.local.sun_family = AF_UNIX;
	memcpy(e.at.local.sun_path, path, strlen(path));
	*ret_endpoint = e;
	return true;
}

static const char *
parse_path(const char *path, struct endpoint *ret_endpoint)
{
	if (path[0] != '/')
		return "the path has to begin with '/': unix:/run/app/health.sock";
	if (!endpoint_of_path(path, ret_endpoint))
		return "the path is too long for a socket: 107 bytes at most";
	return NULL;
}

/* 1 to 65535, or 0: it is no port. */
static in_port_t
parse_port(const char *text)
{
	unsigned port = 0;

	if (strlen(text) > 5 || text[strspn(text, "0123456789")] != '\0')
		return 0;
	for (; *text; text++)
		port = port * 10 + (unsigned)(*text - '0');
	return port > UINT16_MAX ? 0 : (in_port_t)port;
}

/* host: text up to its end, without brackets. */
static bool
parse_v6(const char *host, in_port_t port, struct endpoint *e)
{
	e->length = sizeof(e->at.v6);
	e->at.v6.sin6_family = AF_INET6;
	e->at.v6.sin6_port = htons(port);
	return inet_pton(AF_INET6, host, &e->at.v6.sin6_addr) == 1;
}

static bool
parse_host(char *host, in_port_t port, struct endpoint *e)
{
	size_t length = strlen(host);

	e->all = length == 0 || strcmp(host, "*") == 0;
	if (e->all)
		return parse_v6("::", port, e);
	if (host[0] == '[' && host[length - 1] == ']') {
		host[length - 1] = '\0';
		return parse_v6(host + 1, port, e);
	}
	e->length = sizeof(e->at.v4);
	e->at.v4.sin_family = AF_INET;
	e->at.v4.sin_port = htons(port);
	return inet_pton(AF_INET, host, &e->at.v4.sin_addr) == 1;
}

const char *
endpoint_parse(const char *text, struct endpoint *ret_endpoint)
{
	static const char no_number[] =
	    "the address has to be a number, such as 127.0.0.1 or [::1], or * for all";
	const char *colon = strrchr(text, ':');
	struct endpoint e = {.length = 0};
	char host[64] = "";
	in_port_t port;

	if (strncmp(text, unix_prefix, strlen(unix_prefix)) == 0)
		return parse_path(text + strlen(unix_prefix), ret_endpoint);
	if (!colon)
		return "write ADDRESS:PORT, such as 0.0.0.0:9180, or unix:PATH";
	port = parse_port(colon + 1);
	if (port == 0)
		return "the port has to be a number from 1 to 65535";
	if ((size_t)(colon - text) >= sizeof(host))
		return no_number;
	memcpy(host, text, (size_t)(colon - text));
	if (strchr(host, ':') && host[0] != '[')
		return "an IPv6 address stands in brackets: [::1]:9180";
	if (!parse_host(host, port, &e))
		return no_number;
	*ret_endpoint = e;
	return NULL;
}
