#ifndef TESTS_ACTOR_H
#define TESTS_ACTOR_H

/*
 * The test binary itself as a service that speaks sd_notify(3): what it is to do is
 * in its arguments, one after the other.
 *
 *   say TEXT        a message; "|" stands for the end of a line
 *   flood COUNT     so many of them, WATCHDOG=1 and then READY=1
 *   store NAME      FDSTORE=1, with the end of a pipe in which NAME is written
 *   barrier         BARRIER=1, and waits until proctor has closed what came with it
 *   daemon leave    a child in a session of its own goes on; it is named as the main
 *   daemon stay     process, and then its parent ends, or stays
 *   sockets         prints what it was handed over
 *   print TEXT
 *   wait            until it is killed
 *   exit STATUS
 */

#include <sys/socket.h>
#include <sys/un.h>

#include "tests/unit/world.h"

static inline void
actor_send(const char *text, const int *fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.bytes = {0}};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *name = getenv("NOTIFY_SOCKET");
	size_t length = name ? strlen(name) : 0;
	char copy[2048];
	struct iovec piece = {copy, strlen(text)};
	struct msghdr header = {.msg_name = &address, .msg_iov = &piece, .msg_iovlen = 1};
	int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (s < 0 || length == 0 || length >= sizeof(address.sun_path) ||
	    strlen(text) > sizeof(copy))
		_exit(90);
	memcpy(copy, text, strlen(text));
	memcpy(address.sun_path, name, length);
	if (*name == '@')
		address.sun_path[0] = '\0';
	header.msg_namelen = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	if (fd) {
		struct cmsghdr *c;

		header.msg_control = &control;
		header.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&header);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), fd, sizeof(int));
	}
	if (sendmsg(s, &header, 0) < 0)
		_exit(91);
	close(s);
}

static inline void
actor_say(const char *text)
{
	char copy[2048];

	(void)snprintf(copy, sizeof(copy), "%s", text);
	for (char *at = copy; *at; at++)
		if (*at == '|')
			*at = '\n';
	actor_send(copy, NULL);
}

static inline void
actor_flood(const char *count)
{
	for (int i = atoi(count); i > 0; i--)
		actor_send("WATCHDOG=1", NULL);
	actor_send("READY=1", NULL);
}

static inline void
actor_store(const char *name)
{
	char text[512];
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0 ||
	    write(ends[1], name, strlen(name)) != (ssize_t)strlen(name))
		_exit(92);
	close(ends[1]);
	(void)snprintf(text, sizeof(text), "FDSTORE=1\nFDNAME=%s", name);
	actor_send(text, &ends[0]);
	close(ends[0]);
}

static inline void
actor_barrier(void)
{
	struct pollfd hung_up = {0};
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		_exit(93);
	actor_send("BARRIER=1", &ends[1]);
	close(ends[1]);
	hung_up.fd = ends[0];
	(void)poll(&hung_up, 1, -1);
	close(ends[0]);
}

static inline void
actor_wait(void)
{
	while (pause() < 0)
		continue;
}

static inline void
actor_daemon(const char *how)
{
	char text[64];
	pid_t pid = fork();

	if (pid == 0) {
		(void)setsid();
		return;
	}
	(void)snprintf(text, sizeof(text), "READY=1\nMAINPID=%d", (int)pid);
	actor_send(text, NULL);
	actor_barrier();
	if (strcmp(how, "leave") == 0)
		_exit(0);
	actor_wait();
}

static inline const char *
actor_variable(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "-";
}

/* "2 a:b mine a b": how many, their names, whose they are, what is in them. */
static inline void
actor_sockets(void)
{
	const char *pid = actor_variable("LISTEN_PID");
	int count = atoi(actor_variable("LISTEN_FDS"));

	printf("%s %s %s", actor_variable("LISTEN_FDS"), actor_variable("LISTEN_FDNAMES"),
	    atoi(pid) == (int)getpid() ? "mine" : pid);
	for (int fd = 3; fd < 3 + count; fd++) {
		char text[512];

		(void)world_read(fd, text, sizeof(text));
		printf(" %s", text);
	}
	printf("\n");
	(void)fflush(stdout);
}

static inline int
actor_run(char **argv)
{
	for (; *argv; argv++) {
		if (strcmp(*argv, "say") == 0) {
			actor_say(*++argv);
		} else if (strcmp(*argv, "flood") == 0) {
			actor_flood(*++argv);
		} else if (strcmp(*argv, "store") == 0) {
			actor_store(*++argv);
		} else if (strcmp(*argv, "barrier") == 0) {
			actor_barrier();
		} else if (strcmp(*argv, "daemon") == 0) {
			actor_daemon(*++argv);
		} else if (strcmp(*argv, "sockets") == 0) {
			actor_sockets();
		} else if (strcmp(*argv, "print") == 0) {
			printf("%s\n", *++argv);
			(void)fflush(stdout);
		} else if (strcmp(*argv, "wait") == 0) {
			actor_wait();
		} else if (strcmp(*argv, "exit") == 0) {
			return atoi(*++argv);
		} else {
			return 99;
		}
	}
	return 0;
}

/* The path to call it by. */
static inline const char *
actor_path(void)
{
	static char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	assert_true(n > 0);
	path[n] = '\0';
	return path;
}

#endif
