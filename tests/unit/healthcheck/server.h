#ifndef TESTS_HEALTHCHECK_SERVER_H
#define TESTS_HEALTHCHECK_SERVER_H

/* Servers of the tests' own: one process that takes one connection after the other. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "healthcheck/probe.h"

#include "tests/unit/world.h"

/* Gets all up to the empty line of a request; the connection is closed after it. */
typedef void (*serve_fn)(int fd, const char *request, const char *argument);

struct server {
	pid_t pid;
	char port[8];
};

static inline int
server_listen(int family, char *port, size_t size)
{
	struct sockaddr_in v4 = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 v6 = {
	    .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	bool is_v4 = family == AF_INET;
	socklen_t length = is_v4 ? sizeof(v4) : sizeof(v6);
	struct sockaddr *address =
	    is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, address, length), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, address, &length), 0);
	(void)snprintf(port, size, "%d", ntohs(is_v4 ? v4.sin_port : v6.sin6_port));
	return fd;
}

static inline void
server_loop(int listener, serve_fn serve, const char *argument)
{
	char request[8192];
	int fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		size_t length = 0;
		ssize_t n;

		request[0] = '\0';
		while (serve && !strstr(request, "\r\n\r\n") &&
		    (n = read(fd, request + length, sizeof(request) - 1 - length)) > 0)
			request[length += (size_t)n] = '\0';
		if (serve)
			serve(fd, request, argument);
		close(fd);
	}
}

static inline struct server
server_start(int family, serve_fn serve, const char *argument)
{
	struct server s;
	int listener = server_listen(family, s.port, sizeof(s.port));

	s.pid = fork();
	assert_true(s.pid >= 0);
	if (s.pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		server_loop(listener, serve, argument);
		_exit(0);
	}
	close(listener);
	return s;
}

static inline void
server_end(const struct server *s)
{
	(void)kill(s->pid, SIGKILL);
	assert_int_equal(waitpid(s->pid, NULL, 0), s->pid);
}

/* The argument, as the answer. */
static inline void
server_say(int fd, const char *request, const char *argument)
{
	(void)request;
	(void)!write(fd, argument, strlen(argument));
}

/* The answer of a probe; its verdict as the first character, + or -. */
static inline const char *
ask(const struct probe *probe, const struct http_terms *terms)
{
	static char text[ANSWER_SIZE + 1];

	text[0] = probe_run(probe, terms, text + 1, ANSWER_SIZE) ? '+' : '-';
	return text;
}

static inline const char *
ask_http(const struct server *s, const char *path, const struct http_terms *terms)
{
	struct probe probe = {
	    .kind = PROBE_HTTP, .host = "127.0.0.1", .port = s->port, .path = path};

	return ask(&probe, terms);
}

#endif
