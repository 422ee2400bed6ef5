#ifndef SUPERVISOR_DEVLOG_H
#define SUPERVISOR_DEVLOG_H

/*
 * The socket that syslog(3) writes to, where nobody else has it: its
 * datagrams, and who sent them.  See syslog.h for what is in them.
 *
 * It keeps but a few (net.unix.max_dgram_qlen): until they are read, whoever
 * sends more waits in syslog(3).
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/un.h>

#define DEVLOG_PATH "/dev/log"

enum { DEVLOG_SIZE = 64 * 1024 };

struct devlog {
	int fd; /* not blocking: to be watched for reading; -1: none */
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char *buffer; /* owned, DEVLOG_SIZE */
};

struct datagram {
	pid_t sender; /* told by the kernel; 0: unknown, or from another namespace */
	char *data; /* borrowed, until the next is received; may be changed */
	size_t length;
	bool cut; /* there was more of it */
};

/*
 * Returns 0 or -errno; -EADDRINUSE: somebody listens there already, and
 * -EEXIST: it is no socket.  Both are left alone.
 */
int devlog_open(struct devlog *, const char *path);
void devlog_close(struct devlog *);

/* Takes the next one.  Returns false when there is none. */
bool devlog_receive(struct devlog *, struct datagram *ret_datagram);

#endif
