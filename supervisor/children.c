#include "supervisor/children.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/signals.h"
#include "supervisor/handover.h"
#include "supervisor/sentence.h"

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int
children_init(struct children *c, const struct config *config)
{
	c->config = config;
	c->terminal = -1;
	c->built = (struct environment){0};
	c->items = calloc(config->count + 1, sizeof(*c->items));
	if (!c->items)
		return -ENOMEM;
	for (size_t i = 0; i < config->count; i++) {
		struct child *child = &c->items[i];

		child->status_fd = child->ready_fd = child->ready_end = -1;
	}
	cgroups_init(&c->cgroups);
	return 0;
}

void
children_clear(struct children *c)
{
	for (size_t i = 0; c->items && i < c->config->count; i++) {
		close_fd(&c->items[i].status_fd);
		close_fd(&c->items[i].ready_fd);
		fdstore_clear(&c->items[i].stored);
	}
	if (c->items)
		cgroups_clear(&c->cgroups, c->config);
	environment_clear(&c->built);
	free(c->items);
	memset(c, 0, sizeof(*c));
	c->cgroups.folder = -1;
}

size_t
children_find(const struct children *c, pid_t pid, enum child_role *ret_role)
{
	for (size_t i = 0; i < c->config->count; i++) {
		const struct child *child = &c->items[i];

		*ret_role = CHILD_MAIN;
		if (child->pid == pid)
			return i;
		*ret_role = CHILD_HOOK;
		if (child->hook == pid)
			return i;
		*ret_role = CHILD_STARTER;
		if (child->starter == pid)
			return i;
	}
	return SERVICE_NONE;
}

/* -- starting -------------------------------------------------------------- */

static void
say_trouble(struct children *c, size_t i, const char *what, int error)
{
	char line[SENTENCE_SIZE];

	(void)snprintf(line, sizeof(line), "%s: %s: %s", c->config->services[i].name,
	    what, strerror(error));
	output_say(c->output, line);
}

/* What all of its processes have in common. */
static struct spawn
base_spawn(const struct children *c, size_t i)
{
	const struct service_config *config = &c->config->services[i];

	return (struct spawn){
	    .identity = &config->identity,
	    .config = config,
	    .mask = c->mask,
	    .nofile = c->nofile,
	    .input = c->output->null_fd,
	    .output = output_child_fd(c->output, i, OUTPUT_STDOUT),
	    .error = output_child_fd(c->output, i, OUTPUT_STDERR),
	    .terminal = -1,
	    .cgroup = -1,
	    .session = true,
	    .death_signal = c->is_init ? 0 : config->stop_signal,
	};
}

/* What sd_notify(3) and sd_watchdog_enabled(3) look for. */
static int
add_notify(struct children *c, const struct service_config *config)
{
	char usec[24];
	int r;

	if (!service_notifies(config))
		return 0;
	r = environment_set(&c->built, "NOTIFY_SOCKET", c->notify_name);
	if (r < 0 || config->watchdog == USEC_NEVER)
		return r;
	(void)snprintf(usec, sizeof(usec), "%llu", (unsigned long long)config->watchdog);
	return environment_set(&c->built, "WATCHDOG_USEC", usec);
}

static int
build_environment(struct children *c, size_t i)
{
	const struct service_config *config = &c->config->services[i];
	int r = environment_build(&c->built, config, c->environment);

	if (r < 0)
		say_trouble(
		    c, i, c->built.trouble ? c->built.trouble : "environment", -r);
	else
		r = add_notify(c, config);
	return r;
}

static int
start_with(struct children *c, size_t i, struct spawn *spawn, pid_t *ret_pid, int *ret_fd)
{
	int r;

	spawn->envp = c->built.variables;
	spawn->cgroup = cgroups_open(
	    &c->cgroups, c->config->services[i].name, c->items[i].group_killed);
	if (spawn->cgroup >= 0)
		c->items[i].group_killed = false;
	r = spawn_start(spawn, ret_pid, ret_fd);
	if (spawn->cgroup >= 0)
		close(spawn->cgroup);
	return r;
}

/* handover: NULL for what is not the main process. */
static int
start(struct children *c, size_t i, struct spawn *spawn, struct handover *handover,
    pid_t *ret_pid, int *ret_fd, struct ending *ret_ending)
{
	struct child *child = &c->items[i];
	int r = build_environment(c, i);

	if (r == 0 && handover) {
		r = handover_listen(
		    handover, spawn->config, c->sockets, &child->stored, &c->built);
		spawn->listen_pid = handover->count > 0 ? handover->listen_pid : NULL;
		spawn->listen_pid_size = sizeof(handover->listen_pid);
		if (child->ready_end >= 0)
			handover_add(handover, child->ready_end, spawn->config->ready.fd);
		spawn->fds = handover->fds;
		spawn->fd_count = handover->count;
	}
	if (r < 0) {
		*ret_ending = spawn_failure(STEP_ENVIRONMENT, -r);
	} else {
		r = start_with(c, i, spawn, ret_pid, ret_fd);
		if (r < 0)
			*ret_ending = spawn_failure(STEP_FORK, -r);
	}
	environment_empty(&c->built);
	return r;
}

/* For ready = fd:N, a pipe for this life. */
static int
open_ready(struct child *child)
{
	int ends[2];
	int r;

	close_fd(&child->ready_fd);
	r = place_pipe(ends);
	if (r < 0)
		return r;
	child->ready_fd = ends[0];
	child->ready_end = ends[1];
	return 0;
}

static int
open_pipes(struct children *c, size_t i)
{
	int r = output_open(c->output, i);

	if (r == 0 && c->config->services[i].ready.kind == READY_FD)
		r = open_ready(&c->items[i]);
	return r;
}

int
children_spawn(struct children *c, size_t i, struct ending *ret_ending)
{
	const struct service_config *config = &c->config->services[i];
	struct child *child = &c->items[i];
	struct handover handover = {0};
	struct spawn spawn;
	int r = open_pipes(c, i);

	if (r < 0) {
		*ret_ending = spawn_failure(STEP_PIPE, -r);
		return r;
	}
	spawn = base_spawn(c, i);
	spawn.argv = config->command.items;
	spawn.clean = !child->cleaned;
	if (config->stdin_mode == STDIN_TTY) {
		spawn.input = -1;
		spawn.terminal = c->terminal;
		spawn.session = c->terminal < 0;
	}
	r = start(c, i, &spawn, &handover, &child->pid, &child->status_fd, ret_ending);
	close_fd(&child->ready_end);
	if (r < 0)
		return r;
	output_set_pid(c->output, i, child->pid);
	child->group = child->pid;
	child->starter = 0;
	child->failure = (struct ending){0};
	return 0;
}

int
children_spawn_hook(struct children *c, size_t i)
{
	struct spawn spawn = base_spawn(c, i);
	struct ending ending;
	int status_fd;
	int r;

	if (c->items[i].hook != 0)
		return -EBUSY;
	spawn.argv = c->config->services[i].pre_stop.items;
	r = start(c, i, &spawn, NULL, &c->items[i].hook, &status_fd, &ending);
	if (r == 0)
		close(status_fd); /* its exit status, 127, tells enough */
	else
		say_trouble(c, i, "pre_stop", -r);
	return r;
}

int
children_spawn_job(struct children *c, size_t i, const struct children_job *job,
    pid_t *ret_pid, int *ret_status_fd)
{
	struct spawn spawn = base_spawn(c, i);
	struct ending ending;

	spawn.argv = job->argv;
	spawn.body = job->body;
	spawn.argument = job->argument;
	spawn.output = spawn.error = job->output;
	if (!c->is_init)
		spawn.death_signal = SIGKILL;
	if (job->argv)
		return start(c, i, &spawn, NULL, ret_pid, ret_status_fd, &ending);
	/* Code of ours: the limits are the service's, and were not made for it. */
	spawn.config = NULL;
	return start_with(c, i, &spawn, ret_pid, ret_status_fd);
}

/* -- signals ----------------------------------------------------------------- */

/*
 * Without CAP_KILL, a child of another uid cannot be signalled.  That is told
 * once, and is no reason to end anything.
 */
static void
note_refusal(struct children *c, size_t i, int signal, int error)
{
	char what[64];

	if (error != EPERM || c->items[i].refusal_told)
		return;
	c->items[i].refusal_told = true;
	(void)snprintf(what, sizeof(what), "%s could not be sent", signal_name(signal));
	say_trouble(c, i, what, error);
}

static void
send_process(struct children *c, size_t i, int signal)
{
	if (c->items[i].pid > 0 && kill(c->items[i].pid, signal) < 0)
		note_refusal(c, i, signal, errno);
}

/* The child may not have got its group yet; then it is alone. */
static void
send_group(struct children *c, size_t i, int signal)
{
	const struct child *child = &c->items[i];

	if (child->pid <= 0 || (child->group > 0 && kill(-child->group, signal) == 0))
		return;
	if (child->group <= 0 || errno == ESRCH)
		send_process(c, i, signal);
	else
		note_refusal(c, i, signal, errno);
}

void
children_stop(struct children *c, size_t i)
{
	const struct service_config *config = &c->config->services[i];

	if (config->stop_scope == SCOPE_GROUP) {
		send_group(c, i, config->stop_signal);
		send_group(c, i, SIGCONT);
	} else {
		send_process(c, i, config->stop_signal);
		send_process(c, i, SIGCONT);
	}
}

void
children_kill_hook(struct children *c, size_t i)
{
	pid_t hook = c->items[i].hook;

	if (hook > 0) {
		(void)kill(hook, SIGKILL);
		(void)kill(-hook, SIGKILL);
	}
}

static void
kill_group(struct children *c, size_t i)
{
	pid_t group = c->items[i].group;

	if (group > 0 && kill(-group, SIGKILL) < 0)
		note_refusal(c, i, SIGKILL, errno);
}

/* It may have a group of its own, that the main process has left. */
static void
kill_starter(struct children *c, size_t i)
{
	pid_t starter = c->items[i].starter;

	if (starter > 0)
		(void)kill(-starter, SIGKILL);
}

void
children_kill(struct children *c, size_t i)
{
	send_process(c, i, SIGKILL);
	kill_group(c, i);
	kill_starter(c, i);
	children_kill_hook(c, i);
	c->items[i].group_killed |=
	    cgroups_kill(&c->cgroups, c->config->services[i].name);
}

void
children_forward(struct children *c, size_t i, int signal)
{
	send_process(c, i, signal);
}

void
children_end(struct children *c, size_t i)
{
	kill_group(c, i);
	kill_starter(c, i);
	children_kill_hook(c, i);
	c->items[i].group_killed |=
	    cgroups_kill(&c->cgroups, c->config->services[i].name);
	c->items[i].pid = 0;
}

bool
children_is_cleared(struct children *c, size_t i)
{
	struct child *child = &c->items[i];

	if (child->group > 0 && kill(-child->group, 0) < 0 && errno == ESRCH)
		child->group = 0;
	return child->group == 0 && child->starter == 0 &&
	    cgroups_is_empty(&c->cgroups, c->config->services[i].name);
}
