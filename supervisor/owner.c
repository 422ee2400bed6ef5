/*
 * Whose a process is that speaks to proctor without being a child of it.
 */
#include "supervisor/children.h"

#include <unistd.h>

#include "supervisor/parent.h"

/* Generations that are looked at: a process can make itself a long line of them. */
enum { OWNER_STEPS_MAX = 64 };

/* Sessions are the main processes' own; see enter_session() in spawn.c. */
static size_t
find_leader(const struct children *c, pid_t pid)
{
	pid_t session = getsid(pid);

	for (size_t i = 0; i < c->config->count; i++) {
		const struct child *child = &c->items[i];

		if (child->pid > 0 &&
		    (child->pid == pid || child->starter == pid ||
			child->pid == session || child->group == session))
			return i;
	}
	return SERVICE_NONE;
}

size_t
children_owner(const struct children *c, pid_t pid)
{
	size_t found = SERVICE_NONE;

	for (int steps = 0; steps < OWNER_STEPS_MAX && found == SERVICE_NONE && pid > 1;
	     steps++) {
		found = find_leader(c, pid);
		pid = parent_of(pid);
	}
	return found;
}

void
children_set_main(struct children *c, size_t i, pid_t pid)
{
	struct child *child = &c->items[i];
	pid_t group = getpgid(pid);

	if (pid == child->pid || children_owner(c, pid) != i)
		return;
	/* It is gone; or in proctor's own group, which is not to be killed. */
	if (group <= 1 || group == getpgrp())
		return;
	if (child->starter == 0)
		child->starter = child->pid;
	else if (child->starter == pid)
		child->starter = 0;
	child->pid = pid;
	output_set_pid(c->output, i, pid);
	child->group = group;
}
