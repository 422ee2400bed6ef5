#ifndef SUPERVISOR_DATAGRAM_H
#define SUPERVISOR_DATAGRAM_H

/* Sockets that anybody may send datagrams to, and the kernel tells who did. */

#include <sys/socket.h>
#include <sys/types.h>

/* Not blocking.  Returns it, or -errno. */
int datagram_open(void);

/*
 * Gives it a path, which all may write to; see stale.h for what may be there.
 * Returns 0 or -errno.
 */
int datagram_bind(int fd, const char *path);

/* Who sent what was received; 0: unknown, or from another namespace. */
pid_t datagram_sender(struct msghdr *);

#endif
