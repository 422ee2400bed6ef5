#include "config/address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>

enum { HOST_LENGTH_MAX = 253 };

static int
check_ipv6(struct value_context *context, const char *host)
{
	struct in6_addr address;

	if (inet_pton(AF_INET6, host, &address) == 1)
		return 0;
	return value_fail(context,
	    "%s is not an IPv6 address; write one such as [::1], without a zone",
	    value_quote(context, host));
}

static int
check_name(struct value_context *context, const char *host)
{
	size_t length = strlen(host);
	bool good = length <= HOST_LENGTH_MAX && *host != '-' && *host != '.';

	if (length == 0)
		return value_fail(
		    context, "a host is missing; write one such as 127.0.0.1");
	for (const char *p = host; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x80)
			return value_fail(context,
			    "%s is not a host; write its ASCII form, which begins with "
			    "xn--",
			    value_quote(context, host));
		good = good && (isalnum((unsigned char)*p) || strchr("-._", *p) != NULL);
	}
	if (!good)
		return value_fail(context, "%s is not a host; write a name or an address",
		    value_quote(context, host));
	return 0;
}

static int
parse_port(struct value_context *context, const char *text, const char **ret_port)
{
	int64_t port = 0;

	if (!isdigit((unsigned char)*text) ||
	    value_integer(context, text, 1, 65535, &port) < 0)
		return value_fail(context,
		    "%s is not a port; write a number from 1 to 65535",
		    value_quote(context, text));
	*ret_port = arena_format(context->arena, "%d", (int)port);
	return 0;
}

/* The colon in front of the port, or the end. */
static const char *
end_of_host(const char *text)
{
	const char *bracket = *text == '[' ? strchr(text, ']') : NULL;
	const char *p = bracket != NULL ? bracket : text;

	return p + strcspn(p, ":");
}

int
value_address(struct value_context *context, const char *text, const char *port,
    struct address *ret_address)
{
	const char *colon = end_of_host(text);
	size_t length = (size_t)(colon - text);
	bool bracketed = *text == '[' && length >= 2 && colon[-1] == ']';
	struct address address = {.port = port};

	if (!bracketed && *colon != '\0' && strchr(colon + 1, ':') != NULL)
		return value_fail(context,
		    "%s looks like an IPv6 address; write it in brackets, such as [::1]",
		    value_quote(context, text));
	address.host =
	    arena_copy(context->arena, text + bracketed, length - (bracketed ? 2 : 0));
	if ((bracketed ? check_ipv6 : check_name)(context, address.host) < 0)
		return -EINVAL;
	if (*colon == ':' && parse_port(context, colon + 1, &address.port) < 0)
		return -EINVAL;
	if (address.port == NULL)
		return value_fail(context, "%s has no port; write %.80s:PORT",
		    value_quote(context, text), text);
	*ret_address = address;
	return 0;
}
