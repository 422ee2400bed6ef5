#ifndef TESTS_NAMESPACE_H
#define TESTS_NAMESPACE_H

/*
 * Tests that change what is mounted, or are PID 1: in namespaces of their
 * own, as root or, where the kernel lets them, as any user.
 */

#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "tests/unit/world.h"

/* What namespace_run() gives where there can be none. */
#define NAMESPACE_NONE 77

struct namespace_call {
	int (*run)(void *context);
	void *context;
	int flags;
};

static inline bool
namespace_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return written;
}

/* In it, the user is who it was; see user_namespaces(7). */
static inline bool
namespace_enter_user(void)
{
	char uid_map[64];
	char gid_map[64];

	(void)snprintf(uid_map, sizeof(uid_map), "%u %u 1", getuid(), getuid());
	(void)snprintf(gid_map, sizeof(gid_map), "%u %u 1", getgid(), getgid());
	return unshare(CLONE_NEWUSER) == 0 &&
	    namespace_write("/proc/self/setgroups", "deny") &&
	    namespace_write("/proc/self/uid_map", uid_map) &&
	    namespace_write("/proc/self/gid_map", gid_map);
}

static inline int
namespace_enter(void *context)
{
	const struct namespace_call *call = context;

	if (getuid() != 0 && !namespace_enter_user())
		return NAMESPACE_NONE;
	if (unshare(CLONE_NEWNS | call->flags) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return NAMESPACE_NONE;
	if (call->flags & CLONE_NEWPID)
		return world_apart(call->run, call->context);
	return call->run(call->context);
}

/*
 * As world_apart(); flags: CLONE_NEWPID, for one that is PID 1.  (Its /proc is
 * still that of the others.)
 */
static inline int
namespace_run(int (*run)(void *context), void *context, int flags)
{
	struct namespace_call call = {run, context, flags};

	return world_apart(namespace_enter, &call);
}

/* It returns 0, or the test is skipped. */
#define assert_in_namespace(run, context, flags)                                         \
	do {                                                                             \
		int namespace_status = namespace_run(run, context, flags);               \
                                                                                         \
		if (namespace_status == NAMESPACE_NONE)                                  \
			skip();                                                          \
		assert_int_equal(namespace_status, 0);                                   \
	} while (0)

static inline void
namespace_bind(const char *what, const char *where)
{
	assert_int_equal(mount(what, where, NULL, MS_BIND, NULL), 0);
}

/* Gives up capabilities, one bit each, of the first 32; see capset(2). */
static inline bool
namespace_drop(uint32_t capabilities)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	data[0].effective &= ~capabilities;
	data[0].permitted &= ~capabilities;
	return syscall(SYS_capset, &header, data) == 0;
}

/* An empty file system in its place. */
static inline void
namespace_hide(const char *where, unsigned long flags)
{
	assert_int_equal(mount("none", where, "tmpfs", flags, NULL), 0);
}

#endif
