#include "supervisor/probes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "healthcheck/finding.h"
#include "healthcheck/probe.h"
#include "supervisor/sentence.h"

int
probes_init(struct probes *p, const struct config *config, struct children *children,
    struct check_stats *stats)
{
	p->config = config;
	p->children = children;
	p->stats = stats;
	p->items = calloc(config->check_count + 1, sizeof(*p->items));
	if (!p->items)
		return -ENOMEM;
	for (size_t i = 0; i < config->check_count; i++)
		p->items[i].status_fd = p->items[i].answer_fd = -1;
	return 0;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Nothing of it is kept. */
static void
forget(struct probe_process *process)
{
	close_fd(&process->status_fd);
	close_fd(&process->answer_fd);
	free(process->answer);
	process->answer = NULL;
	process->length = 0;
	process->pid = 0;
}

void
probes_clear(struct probes *p)
{
	for (size_t i = 0; p->items && i < p->config->check_count; i++)
		forget(&p->items[i]);
	free(p->items);
	memset(p, 0, sizeof(*p));
}

/* -- starting --------------------------------------------------------------- */

/* In the child: standard output is the pipe. */
static int
answer(const void *argument)
{
	const struct check_config *c = argument;
	char text[ANSWER_SIZE];
	bool good = probe_run(&c->probe, &c->http, text, sizeof(text));

	(void)!write(STDOUT_FILENO, text, strlen(text));
	return good ? 0 : 1;
}

static int
start(struct probes *p, size_t check, int output)
{
	struct probe_process *process = &p->items[check];
	const struct check_config *c = &p->config->checks[check];
	struct children_job job = {.output = output};

	if (c->probe.kind == PROBE_EXEC) {
		job.argv = c->probe.command.items;
	} else {
		job.body = answer;
		job.argument = c;
	}
	return children_spawn_job(
	    p->children, c->service, &job, &process->pid, &process->status_fd);
}

int
probes_start(struct probes *p, size_t check, usec_t now)
{
	struct probe_process *process = &p->items[check];
	int ends[2];
	int r = place_pipe(ends);

	if (r < 0)
		return r;
	process->answer_fd = ends[0];
	process->answer = malloc(ANSWER_SIZE);
	r = process->answer ? start(p, check, ends[1]) : -ENOMEM;
	close(ends[1]);
	if (r < 0)
		forget(process);
	process->begun = now;
	return r;
}

/* -- the answer -------------------------------------------------------------- */

bool
probes_read(struct probes *p, size_t check)
{
	struct probe_process *process = &p->items[check];
	char rest[ANSWER_SIZE];
	size_t room = ANSWER_SIZE - process->length;
	ssize_t n;

	if (process->answer_fd < 0)
		return false;
	if (room == 0)
		n = read(process->answer_fd, rest, sizeof(rest));
	else
		n = read(process->answer_fd, process->answer + process->length, room);
	if (n > 0 && room > 0)
		process->length += (size_t)n;
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

size_t
probes_find(const struct probes *p, pid_t pid)
{
	for (size_t i = 0; i < p->config->check_count; i++)
		if (p->items[i].pid == pid)
			return i;
	return SERVICE_NONE;
}

bool
probes_was_dropped(struct probes *p, pid_t pid)
{
	for (size_t i = 0; i < p->config->check_count; i++)
		if (p->items[i].dropped == pid) {
			p->items[i].dropped = 0;
			return true;
		}
	return false;
}

/* One clean line of it; the caller frees it.  NULL: no memory. */
static char *
tidy(const char *text, size_t length)
{
	char *line = malloc(length + 1);

	if (!line)
		return NULL;
	memcpy(line, text, length);
	line[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if (line[i] == '\0')
			line[i] = ' ';
	finding_clean(line);
	return line;
}

static void
note(struct probes *p, size_t check, bool good, const char *text, size_t length,
    usec_t now)
{
	struct check_stats *stats = &p->stats[check];

	free(stats->answer);
	stats->answer = tidy(text, length);
	stats->last = now;
	stats->duration = now - p->items[check].begun;
	stats->durations += stats->duration;
	if (good)
		stats->good++;
	else
		stats->bad++;
}

static bool
said_nothing(const struct probe_process *process)
{
	for (size_t i = 0; i < process->length; i++)
		if (!strchr(" \t\r\n", process->answer[i]))
			return false;
	return true;
}

/* What an exec probe that said nothing is told by: the service's, with its program. */
static void
describe(struct probe_process *process, const struct check_config *c,
    const struct config *config, const struct ending *ending)
{
	struct service_config job = config->services[c->service];

	if (c->probe.kind == PROBE_EXEC)
		job.command = c->probe.command;
	sentence_ending(process->answer, ANSWER_SIZE, config, &job, ending, NULL);
	process->length = strlen(process->answer);
}

bool
probes_end(struct probes *p, size_t check, const struct ending *ending, usec_t now)
{
	struct probe_process *process = &p->items[check];
	struct ending failure = *ending;
	bool good = ending->kind == ENDING_EXITED && ending->number == 0;

	(void)kill(-process->pid, SIGKILL);
	/* What is there now, and no more: somebody else may hold the pipe. */
	for (size_t before = SIZE_MAX; process->length != before;) {
		before = process->length;
		(void)probes_read(p, check);
	}
	if (spawn_result(process->status_fd, &failure) == SPAWN_FAILED ||
	    said_nothing(process))
		describe(process, &p->config->checks[check], p->config, &failure);
	note(p, check, good, process->answer, process->length, now);
	forget(process);
	return good;
}

void
probes_drop(struct probes *p, size_t check, usec_t now)
{
	struct probe_process *process = &p->items[check];
	char late[64] = "no answer within ";
	size_t length = strlen(late);

	if (process->pid == 0)
		return;
	sentence_duration(
	    late + length, sizeof(late) - length, p->config->checks[check].timeout);
	(void)kill(process->pid, SIGKILL);
	(void)kill(-process->pid, SIGKILL);
	if (now - process->begun >= p->config->checks[check].timeout)
		note(p, check, false, late, strlen(late), now);
	process->dropped = process->pid;
	forget(process);
}
