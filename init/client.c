#include "init/client.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/clock.h"
#include "config/endpoint.h"
#include "config/load.h"
#include "supervisor/loop.h"
#include "supervisor/request.h"

#define ANSWER_LIMIT ((size_t)64 << 20)
#define TRIED_LIMIT ((size_t)64 << 10)

/* Where too many wait to be heard: when to try again, and for how long. */
#define CONNECT_PAUSE 20 /* ms */
#define CONNECT_TIME (10 * USEC_PER_SEC)

/* -- where proctor is ------------------------------------------------------------ */

static char *
copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

/* Without a configuration, for keys of [proctor]; NULL: not set. */
static const char *
variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

void
client_find(const char *file, struct client_places *ret_places)
{
	const struct load_options options = {
	    .environment = environ,
	    .purpose = LOAD_TO_CHECK,
	};
	struct diags diags = {0};
	struct config config;
	const char *control = variable("PROCTOR_CONTROL");

	*ret_places = (struct client_places){.runtime_dir = NULL};
	if (config_load(file, &options, &diags, &config) == 0) {
		ret_places->runtime_dir = copy(config.runtime_dir);
		ret_places->control = copy(config.control);
		config_free(&config);
	} else {
		ret_places->runtime_dir = copy(variable("PROCTOR_RUNTIME_DIR"));
		if (!control || strcasecmp(control, "off") != 0)
			ret_places->control = copy(control ? control : RUNTIME_SOCKET);
	}
	diags_clear(&diags);
}

void
client_forget(struct client_places *p)
{
	free(p->runtime_dir);
	free(p->control);
	*p = (struct client_places){.runtime_dir = NULL};
}

/* -- whom to ask --------------------------------------------------------------- */

/* The user of PID 1, which proctor is in most containers. */
static uid_t
uid_of_init(void)
{
	struct stat st;

	return stat("/proc/1", &st) < 0 ? geteuid() : st.st_uid;
}

/* In a folder that all can write, such as /dev/shm, anybody could listen. */
static bool
is_trusted(int fd)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
		return false;
	return peer.uid == 0 || peer.uid == geteuid() || peer.uid == uid_of_init();
}

/* Proctor is there, but busy: its queue is full. */
static int
connect_in_time(int fd, const struct endpoint *e, usec_t deadline)
{
	usec_t last = clock_now() + CONNECT_TIME;

	if (last > deadline)
		last = deadline;
	while (connect(fd, &e->at.any, e->length) < 0) {
		if (errno != EAGAIN)
			return -errno;
		if (clock_now() >= last)
			return -ETIMEDOUT;
		(void)poll(NULL, 0, CONNECT_PAUSE);
	}
	return 0;
}

static int
connect_to(const char *path, usec_t deadline)
{
	struct endpoint e;
	int fd;
	int r;

	if (!endpoint_of_path(path, &e))
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	r = connect_in_time(fd, &e, deadline);
	if (r == 0 && is_trusted(fd))
		return fd;
	close(fd);
	return r < 0 ? r : -EPERM;
}

static int
try_path(struct client *c, const char *path)
{
	int r = connect_to(path, c->deadline);

	if (r >= 0) {
		c->fd = r;
		return 0;
	}
	text_format(
	    &c->tried, "%s%s: %s", c->tried.length > 0 ? ", " : "", path, strerror(-r));
	return r;
}

static int
try_place(struct client *c, const char *folder, const char *socket)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, socket);
	return try_path(c, path);
}

static int
try_places(struct client *c, const char *runtime_dir, const char *socket)
{
	struct runtime_places places;
	uid_t other = uid_of_init();
	int r = -ENOENT;

	runtime_find(runtime_dir, geteuid(), &places);
	for (size_t i = 0; i < places.count && r < 0 && r != -ETIMEDOUT; i++)
		r = try_place(c, places.paths[i], socket);
	if (r == 0 || r == -ETIMEDOUT || other == geteuid())
		return r;
	runtime_find(NULL, other, &places);
	return try_place(c, places.shm, socket);
}

int
client_connect(
    struct client *c, const char *runtime_dir, const char *socket, usec_t timeout)
{
	int r;

	*c = (struct client){.fd = -1, .deadline = USEC_NEVER};
	if (timeout != USEC_NEVER)
		c->deadline = clock_now() + timeout;
	text_init(&c->tried, TRIED_LIMIT);
	text_init(&c->body, ANSWER_LIMIT);
	r = *socket == '/' ? try_path(c, socket) : try_places(c, runtime_dir, socket);
	text_add_bytes(&c->tried, "", 1);
	return c->tried.failed ? -ENOMEM : r;
}

void
client_clear(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	text_clear(&c->tried);
	text_clear(&c->body);
}

int
client_wait(const struct client *c, short events)
{
	struct pollfd fd = {.fd = c->fd, .events = events};
	usec_t now = clock_now();
	usec_t left = now < c->deadline ? c->deadline - now : 0;
	usec_t milliseconds = (left + USEC_PER_MSEC - 1) / USEC_PER_MSEC;
	int r = poll(&fd, 1,
	    c->deadline == USEC_NEVER	 ? -1
		: milliseconds > INT_MAX ? INT_MAX
					 : (int)milliseconds);

	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	return r == 0 ? -ETIMEDOUT : 0;
}
