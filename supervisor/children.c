#include "supervisor/children.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/signals.h"
#include "supervisor/environment.h"
#include "supervisor/sentence.h"

int
children_init(struct children *c, const struct config *config)
{
	c->config = config;
	c->items = calloc(config->count + 1, sizeof(*c->items));
	if (!c->items)
		return -ENOMEM;
	for (size_t i = 0; i < config->count; i++)
		c->items[i].status_fd = -1;
	cgroups_init(&c->cgroups);
	return 0;
}

void
children_clear(struct children *c)
{
	for (size_t i = 0; c->items && i < c->config->count; i++)
		if (c->items[i].status_fd >= 0)
			close(c->items[i].status_fd);
	if (c->items)
		cgroups_clear(&c->cgroups, c->config);
	free(c->items);
	memset(c, 0, sizeof(*c));
}

size_t
children_find(const struct children *c, pid_t pid, bool *ret_is_hook)
{
	for (size_t i = 0; i < c->config->count; i++) {
		const struct child *child = &c->items[i];

		if (child->pid == pid || child->hook == pid) {
			*ret_is_hook = child->hook == pid;
			return i;
		}
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

/* What the main process and pre_stop have in common. */
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

static int
start(struct children *c, size_t i, struct spawn *spawn, pid_t *ret_pid, int *ret_fd,
    struct ending *ret_ending)
{
	struct environment environment;
	int r = environment_build(&environment, spawn->config, c->environment);

	if (r < 0) {
		say_trouble(
		    c, i, environment.trouble ? environment.trouble : "environment", -r);
		*ret_ending = spawn_failure(STEP_ENVIRONMENT, -r);
		return r;
	}
	spawn->envp = environment.variables;
	spawn->cgroup = cgroups_open(&c->cgroups, spawn->config->name);
	r = spawn_start(spawn, ret_pid, ret_fd);
	if (spawn->cgroup >= 0)
		close(spawn->cgroup);
	environment_clear(&environment);
	if (r < 0)
		*ret_ending = spawn_failure(STEP_FORK, -r);
	return r;
}

int
children_spawn(struct children *c, size_t i, struct ending *ret_ending)
{
	const struct service_config *config = &c->config->services[i];
	struct child *child = &c->items[i];
	struct spawn spawn;
	int r = output_open(c->output, i);

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
	r = start(c, i, &spawn, &child->pid, &child->status_fd, ret_ending);
	if (r < 0)
		return r;
	child->group = child->pid;
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
	r = start(c, i, &spawn, &c->items[i].hook, &status_fd, &ending);
	if (r == 0)
		close(status_fd); /* its exit status, 127, tells enough */
	else
		say_trouble(c, i, "pre_stop", -r);
	return r;
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
	if (c->items[i].pid <= 0 || kill(-c->items[i].pid, signal) == 0)
		return;
	if (errno == ESRCH)
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

void
children_kill(struct children *c, size_t i)
{
	send_process(c, i, SIGKILL);
	kill_group(c, i);
	children_kill_hook(c, i);
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
	children_kill_hook(c, i);
	cgroups_kill(&c->cgroups, c->config->services[i].name);
	c->items[i].pid = 0;
}

bool
children_is_cleared(struct children *c, size_t i)
{
	struct child *child = &c->items[i];

	if (child->group > 0 && kill(-child->group, 0) < 0 && errno == ESRCH)
		child->group = 0;
	return child->group == 0 &&
	    cgroups_is_empty(&c->cgroups, c->config->services[i].name);
}
