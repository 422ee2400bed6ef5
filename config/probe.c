#include "config/probe.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

#include "config/address.h"
#include "config/expand.h"
#include "config/nearest.h"
#include "config/settle.h"
#include "config/words.h"

#define FORMS                                                                            \
	"http://HOST:PORT/PATH, https://..., tcp://HOST:PORT, unix:///PATH, "            \
	"grpc://HOST:PORT/SERVICE, file:///PATH or exec: COMMAND"

enum { URL_LENGTH_MAX = 4000 };
enum { SOCKET_PATH_MAX = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1 };

struct scheme {
	const char *name;
	enum probe_kind kind;
	const char
	    *port; /* if none is given; NULL: one has to be, where there is a host */
	int (*parse)(struct value_context *, const struct scheme *, const char *rest,
	    struct probe *);
};

/* Moves *rest behind HOST:PORT. */
static int
take_address(struct value_context *context, const struct scheme *scheme,
    const char **rest, struct probe *probe)
{
	size_t length = strcspn(*rest, "/?");
	const char *text = arena_copy(context->arena, *rest, length);
	struct address address;

	if (strchr(text, '@') != NULL)
		return value_fail(context,
		    "a probe takes no user in its URL; leave out all up to the @, and "
		    "write a header if one is needed");
	if (value_address(context, text, scheme->port, &address) < 0)
		return -EINVAL;
	*rest += length;
	probe->host = address.host;
	probe->port = address.port;
	return 0;
}

/* -- paths ------------------------------------------------------------------------- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* What %20 at p stands for; -1: it is no escape. */
static int
escaped(const char *p)
{
	int high = hex_digit(p[1]);
	int low = high < 0 ? -1 : hex_digit(p[2]);

	return low < 0 ? -1 : high * 16 + low;
}

/* Decodes %20 and the like; what comes out has no control characters. */
static int
decode(
    struct value_context *context, const char *text, size_t length, const char **ret_text)
{
	char *decoded = arena_copy(context->arena, text, length);
	char *out = decoded;

	for (const char *p = decoded; *p != '\0'; p++) {
		int c = *p == '%' ? escaped(p) : (unsigned char)*p;

		if (c < 0)
			return value_fail(context,
			    "%s is not an escape; write %%25 for a percent sign",
			    value_quote(context, p));
		if (c < ' ' || c == 0x7f)
			return value_fail(context,
			    "%s stands for a control character; leave it out",
			    value_quote(context, arena_copy(context->arena, p, 3)));
		p += *p == '%' ? 2 : 0;
		*out++ = (char)(unsigned char)c;
	}
	*out = '\0';
	*ret_text = decoded;
	return 0;
}

/* Moves *rest behind //PATH, up to the question mark. */
static int
take_path(struct value_context *context, const struct scheme *scheme, const char **rest,
    struct probe *probe)
{
	size_t length = strcspn(*rest, "?");

	if (**rest != '/')
		return value_fail(context,
		    "the path is not absolute; write %s:///PATH, with three slashes",
		    scheme->name);
	if (decode(context, *rest, length, &probe->path) < 0)
		return -EINVAL;
	*rest += length;
	return 0;
}

/* -- the kinds ---------------------------------------------------------------------- */

static int
parse_http(struct value_context *context, const struct scheme *scheme, const char *rest,
    struct probe *probe)
{
	if (take_address(context, scheme, &rest, probe) < 0)
		return -EINVAL;
	probe->path = *rest == '/' ? rest : arena_format(context->arena, "/%s", rest);
	return 0;
}

static int
parse_tcp(struct value_context *context, const struct scheme *scheme, const char *rest,
    struct probe *probe)
{
	if (take_address(context, scheme, &rest, probe) < 0)
		return -EINVAL;
	if (*rest != '\0')
		return value_fail(context,
		    "%s means nothing to tcp; write tcp://HOST:PORT",
		    value_quote(context, rest));
	return 0;
}

static int
parse_grpc(struct value_context *context, const struct scheme *scheme, const char *rest,
    struct probe *probe)
{
	if (take_address(context, scheme, &rest, probe) < 0)
		return -EINVAL;
	if (*rest == '?')
		return value_fail(context,
		    "%s means nothing to grpc; write grpc://HOST:PORT/SERVICE",
		    value_quote(context, rest));
	rest += *rest == '/';
	return decode(context, rest, strlen(rest), &probe->path);
}

static int
parse_unix(struct value_context *context, const struct scheme *scheme, const char *rest,
    struct probe *probe)
{
	if (take_path(context, scheme, &rest, probe) < 0)
		return -EINVAL;
	if (*rest != '\0')
		return value_fail(context,
		    "%s means nothing to unix; write %%3F for a ? in the path",
		    value_quote(context, rest));
	if (strlen(probe->path) > SOCKET_PATH_MAX)
		return value_fail(context,
		    "the path is too long for a socket; write at most %d bytes",
		    (int)SOCKET_PATH_MAX);
	return 0;
}

static int
parse_max_age(struct value_context *context, const char *option, struct probe *probe)
{
	size_t length = strcspn(option, "=");
	const char *name = arena_copy(context->arena, option, length);
	struct nearest nearest = nearest_to(name);

	nearest_offer(&nearest, "max_age");
	if (strcmp(name, "max_age") != 0)
		return value_fail(context, "%s is no option of file%s",
		    value_quote(context, name),
		    nearest.best != NULL ? nearest_hint(&nearest, context->arena)
					 : "; write ?max_age=TIME");
	option += length + (option[length] == '=');
	if (value_duration(context, option, &probe->max_age) < 0)
		return value_fail(context, "max_age: %s", context->error);
	if (probe->max_age == 0)
		return value_fail(
		    context, "max_age: no file is that young; write a time such as 10s");
	return 0;
}

static int
parse_file(struct value_context *context, const struct scheme *scheme, const char *rest,
    struct probe *probe)
{
	if (take_path(context, scheme, &rest, probe) < 0)
		return -EINVAL;
	return *rest == '\0' ? 0 : parse_max_age(context, rest + 1, probe);
}

static int
parse_exec(struct value_context *context, const char *text, struct probe *probe)
{
	struct words words;
	const char *word;

	if (words_split(context, text, &words) < 0)
		return -EINVAL;
	for (size_t i = 0; i < words.count; i++) {
		if (expand(context, words.items[i], &word) < 0)
			return -EINVAL;
		words.items[i] = arena_copy(context->arena, word, strlen(word));
	}
	if (words.count == 0 || *words.items[0] == '\0')
		return value_fail(
		    context, "exec names no program; write exec: PROGRAM ARGUMENT...");
	probe->command = words;
	return 0;
}

/* -- which of them ------------------------------------------------------------------- */

/* exec stands here for its name alone: its words are not a URL. */
static const struct scheme schemes[] = {
    {"http", PROBE_HTTP, "80", parse_http},
    {"https", PROBE_HTTPS, "443", parse_http},
    {"tcp", PROBE_TCP, NULL, parse_tcp},
    {"unix", PROBE_UNIX, NULL, parse_unix},
    {"grpc", PROBE_GRPC, NULL, parse_grpc},
    {"file", PROBE_FILE, NULL, parse_file},
    {"exec", PROBE_EXEC, NULL, NULL},
};
enum { SCHEMES = sizeof(schemes) / sizeof(schemes[0]) };

static int
fail_scheme(struct value_context *context, const char *text, const char *name)
{
	struct nearest nearest = nearest_to(name);

	for (size_t i = 0; i < SCHEMES; i++)
		nearest_offer(&nearest, schemes[i].name);
	return value_fail(context, "%s is not a probe%s", value_quote(context, text),
	    *name != '\0' && nearest.best != NULL ? nearest_hint(&nearest, context->arena)
						  : "; write " FORMS);
}

static const struct scheme *
find_scheme(const char *name)
{
	for (size_t i = 0; i < SCHEMES; i++) {
		if (strcasecmp(schemes[i].name, name) == 0)
			return &schemes[i];
	}
	return NULL;
}

/* "" where there is none. */
static const char *
name_of_scheme(struct value_context *context, const char *text)
{
	size_t length = strcspn(text, ":/?#");

	return arena_copy(context->arena, text, text[length] == ':' ? length : 0);
}

/* What no URL has: blanks and the like must be escaped, and a fragment stays here. */
static int
check_characters(struct value_context *context, const char *url)
{
	if (strlen(url) > URL_LENGTH_MAX)
		return value_fail(context, "the URL is too long; write at most %d bytes",
		    URL_LENGTH_MAX);
	for (const char *p = url; *p != '\0'; p++) {
		if (!isgraph((unsigned char)*p) || (unsigned char)*p >= 0x80)
			return value_fail(context,
			    "%s has a character that no URL has; write %%%02X for it",
			    value_quote(context, url), (unsigned char)*p);
	}
	if (strchr(url, '#') != NULL)
		return value_fail(context,
		    "%s has a fragment, which is never sent; leave it out, or write %%23 "
		    "for a literal #",
		    value_quote(context, url));
	return 0;
}

static int
parse_url(struct value_context *context, const char *url, struct probe *probe)
{
	const char *name = name_of_scheme(context, url);
	const struct scheme *scheme = find_scheme(name);
	size_t length = strlen(name);

	if (scheme != NULL && scheme->parse == NULL)
		return value_fail(context,
		    "%s comes whole out of quotes or a variable; write exec: in front of "
		    "them",
		    value_quote(context, url));
	if (scheme == NULL)
		return fail_scheme(context, url, name);
	if (strncmp(url + length, "://", 3) != 0)
		return value_fail(context, "%s lacks its slashes; write %s://%s",
		    value_quote(context, url), scheme->name,
		    scheme->kind == PROBE_UNIX || scheme->kind == PROBE_FILE
			? "/PATH"
			: "HOST:PORT");
	if (check_characters(context, url) < 0)
		return -EINVAL;
	probe->kind = scheme->kind;
	probe->text = url;
	return scheme->parse(context, scheme, url + length + 3, probe);
}

int
value_probe(struct value_context *context, const char *text, struct probe *ret_probe)
{
	const struct scheme *scheme = find_scheme(name_of_scheme(context, text));
	struct probe probe = {.path = "", .max_age = USEC_NEVER};
	const char *url;
	int r;

	probe.command = words_none(context->arena);
	if (scheme != NULL && scheme->kind == PROBE_EXEC) {
		probe.kind = PROBE_EXEC;
		probe.text = text;
		r = parse_exec(context, text + strlen("exec:"), &probe);
	} else if ((r = expand(context, words_unquote(context->arena, text), &url)) ==
	    0) {
		r = parse_url(context, url, &probe);
	}
	if (r == 0)
		*ret_probe = probe;
	return r;
}

/* -- what stays ------------------------------------------------------------------------ */

void
settle_probe(struct arena *arena, void *field)
{
	struct probe *probe = field;

	if (probe->text == NULL)
		return;
	settle_text(arena, &probe->text);
	settle_text(arena, &probe->host);
	settle_text(arena, &probe->port);
	settle_text(arena, &probe->path);
	settle_words(arena, &probe->command);
}
