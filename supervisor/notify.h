#ifndef SUPERVISOR_NOTIFY_H
#define SUPERVISOR_NOTIFY_H

/*
 * The socket that services notify proctor through (sd_notify(3), NOTIFY_SOCKET).
 * It is there before the first child: as a path in the runtime directory, or,
 * without one, under an abstract name (unix(7)).
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/un.h>

/* Descriptors that one message may bring; see SCM_RIGHTS in unix(7). */
enum { NOTIFY_FDS_MAX = 253, NOTIFY_SIZE = 8192 };

struct notify {
	int fd; /* not blocking; -1: none */
	char
	    name[sizeof(((struct sockaddr_un *)0)->sun_path) + 1]; /* for NOTIFY_SOCKET */
};

struct message {
	pid_t sender; /* told by the kernel; 0: unknown, or from another namespace */
	char text[NOTIFY_SIZE + 1]; /* with a NUL at length */
	size_t length;
	int fds[NOTIFY_FDS_MAX]; /* owned, close-on-exec */
	size_t fd_count;
};

/* folder: the runtime directory, or NULL.  Returns 0 or -errno. */
int notify_open(struct notify *, const char *folder);
void notify_close(struct notify *);

/*
 * Takes the next message; what is cut off or has no sender is thrown away.  Returns
 * false when there is none.  message_clear() gives its descriptors back.
 */
bool notify_receive(const struct notify *, struct message *ret_message);
void message_clear(struct message *);

#endif
