#include "healthcheck/url.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

void
url_of(struct url *u, const struct probe *probe)
{
	memset(u, 0, sizeof(*u));
	u->secure = probe->kind == PROBE_HTTPS;
	(void)snprintf(u->host, sizeof(u->host), "%s", probe->host);
	(void)snprintf(u->port, sizeof(u->port), "%s", probe->port);
	(void)snprintf(u->target, sizeof(u->target), "%s", probe->path);
}

/* Appends what is no fragment, with what cannot stand in a request escaped. */
static bool
add_target(struct url *u, const char *text)
{
	char *end = u->target + strlen(u->target);
	size_t room = sizeof(u->target) - strlen(u->target);

	for (; *text && *text != '#'; text++) {
		bool plain = *text > ' ' && *text < 0x7f;
		int n =
		    snprintf(end, room, plain ? "%c" : "%%%02X", (unsigned char)*text);

		if (n < 0 || (size_t)n >= room)
			return false;
		end += n;
		room -= (size_t)n;
	}
	return true;
}

/* /path, ?query, or a path next to the old one. */
static bool
move_target(struct url *u, const char *reference)
{
	char *end = u->target + strcspn(u->target, "?");

	if (*reference == '/')
		end = u->target;
	else if (*reference != '?' && *reference != '#' && *reference != '\0')
		while (end > u->target && end[-1] != '/')
			end--;
	*end = '\0';
	return (u->target[0] || *reference == '/' || add_target(u, "/")) &&
	    add_target(u, reference);
}

static bool
copy_part(char *buffer, size_t size, const char *text, size_t length)
{
	if (length == 0 || length >= size)
		return false;
	memcpy(buffer, text, length);
	buffer[length] = '\0';
	return true;
}

/* [user@]host[:port], the host perhaps in brackets. */
static bool
move_authority(struct url *u, const char *text, size_t length)
{
	const char *end = text + length;
	const char *at = memchr(text, '@', length);
	const char *host = at ? at + 1 : text;
	const char *close =
	    host < end && *host == '[' ? memchr(host, ']', (size_t)(end - host)) : NULL;
	const char *from = close ? close + 1 : host;
	const char *colon = memchr(from, ':', (size_t)(end - from));
	const char *host_end = colon ? colon : end;

	if (close) {
		host++;
		host_end = close;
	}
	if (!copy_part(u->host, sizeof(u->host), host, (size_t)(host_end - host)))
		return false;
	if (!colon || colon + 1 == end) {
		(void)snprintf(u->port, sizeof(u->port), "%s", u->secure ? "443" : "80");
		return true;
	}
	return strspn(colon + 1, "0123456789") >= (size_t)(end - colon - 1) &&
	    copy_part(u->port, sizeof(u->port), colon + 1, (size_t)(end - colon - 1));
}

/* What stands in front of a colon that comes before anything else; "" if nothing. */
static void
scheme_of(const char *location, char *scheme, size_t size)
{
	size_t length = strcspn(location, ":/?#");

	(void)snprintf(
	    scheme, size, "%.*s", location[length] == ':' ? (int)length : 0, location);
}

enum url_move
url_move(struct url *u, const char *location)
{
	struct url next = *u;
	char scheme[sizeof("https:")];

	scheme_of(location, scheme, sizeof(scheme));
	if (*scheme) {
		next.secure = strcasecmp(scheme, "https") == 0;
		if (!next.secure && strcasecmp(scheme, "http") != 0)
			return URL_ELSEWHERE;
		location += strlen(scheme) + 1;
		if (strncmp(location, "//", 2) != 0)
			return URL_BAD;
	}
	if (strncmp(location, "//", 2) == 0) {
		size_t length = strcspn(location + 2, "/?#");

		if (!move_authority(&next, location + 2, length))
			return URL_BAD;
		location += 2 + length;
		next.target[0] = '\0';
		if (*location != '/' && !add_target(&next, "/"))
			return URL_BAD;
	}
	if (strcasecmp(next.host, u->host) != 0)
		return URL_ELSEWHERE;
	if (!move_target(&next, location))
		return URL_BAD;
	*u = next;
	return URL_SAME_HOST;
}
