#ifndef TESTS_SUPERVISED_H
#define TESTS_SUPERVISED_H

/*
 * A supervisor of real processes, from the text of a configuration, without
 * the event loop: each turn hands it what has happened.  What it and its
 * services say comes out of pipes that the test reads.
 */

#include <sys/signalfd.h>

#include "config/load.h"
#include "supervisor/supervisor.h"
#include "tests/unit/world.h"

enum { SUPERVISED_MAX = 16 };

struct supervised {
	struct config config;
	struct supervisor supervisor;
	struct supervisor_duties duties;
	struct supervisor_watch watch;
	struct rlimit nofile;
	sigset_t mask; /* as it was found */
	int signal_fd;
	int readers[OUTPUT_SINKS]; /* not blocking */
	char text[OUTPUT_SINKS][64 * 1024]; /* all that was said so far */
	size_t length[OUTPUT_SINKS];
	bool oom; /* what was_oom_kill() answers */
	unsigned looks; /* how often look_for_oom_kill() was asked */
	pid_t stray; /* whom sweep() is for; 0: nobody */
	int swept; /* the last signal it was to send */
	unsigned watched; /* starts that were told */
	bool watching[4][SUPERVISED_MAX]; /* by kind and index */
	unsigned known; /* status pipes that are done with */
};

/* One for all: it is too big for the stack. */
static struct supervised supervised;

static bool
supervised_was_oom_kill(void *context, usec_t now)
{
	const struct supervised *s = context;

	(void)now;
	return s->oom;
}

static void
supervised_look(void *context, usec_t now)
{
	struct supervised *s = context;

	(void)now;
	s->looks++;
}

static bool
supervised_sweep(void *context, int signal)
{
	struct supervised *s = context;

	if (signal != 0)
		s->swept = signal;
	return s->stray > 0 && kill(s->stray, signal) == 0;
}

/* As the loop has it: -1, -1 or one of each kind. */
static inline int
supervised_descriptor(enum watched kind, size_t index)
{
	const struct supervisor *s = &supervised.supervisor;

	if (kind == WATCH_ANSWER)
		return s->probes.items[index].answer_fd;
	if (kind == WATCH_READY)
		return s->children.items[index].ready_fd;
	return kind == WATCH_STATUS ? s->children.items[index].status_fd : -1;
}

static void
supervised_watch(void *context, enum watched kind, size_t index)
{
	struct supervised *s = context;

	assert_true(index < SUPERVISED_MAX);
	if (kind == WATCH_STATUS)
		s->watched++;
	if (supervised_descriptor(kind, index) >= 0)
		s->watching[kind][index] = true;
}

/* What is watched is closed after this, and not before. */
static void
supervised_unwatch(void *context, enum watched kind, size_t index)
{
	struct supervised *s = context;

	if (kind == WATCH_STATUS)
		s->known++;
	if (s->watching[kind][index])
		assert_true(fcntl(supervised_descriptor(kind, index), F_GETFD) >= 0);
	s->watching[kind][index] = false;
}

/* -- set-up ---------------------------------------------------------------- */

/* The text with value wherever this word stands; it lasts until the next one. */
static inline const char *
supervised_fill(const char *text, const char *word, const char *value)
{
	static char filled[8 * 1024];
	size_t used = 0;
	const char *at;

	for (; (at = strstr(text, word)); text = at + strlen(word))
		used += (size_t)snprintf(filled + used, sizeof(filled) - used, "%.*s%s",
		    (int)(at - text), text, value);
	used += (size_t)snprintf(filled + used, sizeof(filled) - used, "%s", text);
	assert_true(used < sizeof(filled));
	return filled;
}

static inline void
supervised_load_into(const char *text, struct config *config)
{
	static char *const environment[] = {NULL};
	struct load_world world = {.uid = getuid(),
	    .gid = getgid(),
	    .cpus = 1,
	    .passwd = "/dev/null",
	    .group = "/dev/null"};
	struct load_options options = {.environment = environment, .world = &world};
	struct diags diags = {0};
	int r = config_load_text("t.ini", text, strlen(text), &options, &diags, config);

	diags_print(&diags, stderr);
	diags_clear(&diags);
	assert_int_equal(r, 0);
}

static inline void
supervised_load(const char *text)
{
	supervised_load_into(text, &supervised.config);
}

static inline void
supervised_block_signals(void)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigdelset(&all, SIGABRT);
	(void)sigdelset(&all, SIGSEGV);
	(void)sigdelset(&all, SIGALRM);
	(void)sigprocmask(SIG_SETMASK, &all, &supervised.mask);
	(void)sigemptyset(&all);
	(void)sigaddset(&all, SIGCHLD);
	supervised.signal_fd = signalfd(-1, &all, SFD_NONBLOCK | SFD_CLOEXEC);
	assert_true(supervised.signal_fd >= 0);
}

/* Standard output and error are the pipes only while supervisor_init() looks. */
static inline void
supervised_init(void)
{
	int kept[OUTPUT_SINKS];
	int r;

	for (int i = 0; i < OUTPUT_SINKS; i++) {
		int ends[2];

		kept[i] = fcntl(STDOUT_FILENO + i, F_DUPFD_CLOEXEC, 10);
		assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
		assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
		assert_true(dup2(ends[1], STDOUT_FILENO + i) >= 0);
		close(ends[1]);
		supervised.readers[i] = ends[0];
	}
	r = supervisor_init(&supervised.supervisor, &supervised.config,
	    &supervised.duties, &supervised.watch);
	for (int i = 0; i < OUTPUT_SINKS; i++) {
		(void)dup2(kept[i], STDOUT_FILENO + i);
		close(kept[i]);
	}
	assert_int_equal(r, 0);
}

static inline void
supervised_begin(const char *text)
{
	static char path[] = "PATH=/usr/bin:/bin";
	static char *const environment[] = {path, NULL};
	struct supervised *s = &supervised;

	memset(s, 0, sizeof(*s));
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	supervised_load(text);
	supervised_block_signals();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &s->nofile), 0);
	s->watch = (struct supervisor_watch){
	    .context = s, .watch = supervised_watch, .unwatch = supervised_unwatch};
	s->duties = (struct supervisor_duties){
	    .child_mask = &s->mask,
	    .child_nofile = &s->nofile,
	    .environment = environment,
	    .context = s,
	    .was_oom_kill = supervised_was_oom_kill,
	    .look_for_oom_kill = supervised_look,
	    .oom_fd = -1,
	    .sweep = supervised_sweep,
	};
	supervised_init();
}

static inline void
supervised_clear(void)
{
	struct supervised *s = &supervised;

	for (size_t i = 0; i < s->supervisor.config->count; i++)
		children_kill(&s->supervisor.children, i);
	for (size_t i = 0; i < s->supervisor.config->check_count; i++)
		probes_drop(&s->supervisor.probes, i, world_now());
	while (waitpid(-1, NULL, 0) > 0)
		continue;
	supervisor_clear(&s->supervisor);
	config_free(&s->config);
	close(s->signal_fd);
	close(s->readers[0]);
	close(s->readers[1]);
	(void)sigprocmask(SIG_SETMASK, &s->mask, NULL);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 0);
}

/* -- turns ----------------------------------------------------------------- */

struct supervised_poll {
	struct pollfd items[4 * SUPERVISED_MAX];
	nfds_t count;
};

static inline void
supervised_poll_add(struct supervised_poll *p, int fd)
{
	assert_true(p->count < 4 * SUPERVISED_MAX);
	p->items[p->count++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

/* For the next event, and no longer than to the plan's deadline. */
static inline void
supervised_wait(void)
{
	struct supervised *s = &supervised;
	usec_t deadline = plan_deadline(&s->supervisor.plan);
	usec_t now = world_now();
	struct supervised_poll p = {0};
	int timeout = deadline == USEC_NEVER ? 1000
	    : deadline > now		     ? (int)((deadline - now) / 1000 + 1)
					     : 0;

	supervised_poll_add(&p, s->signal_fd);
	supervised_poll_add(&p, s->supervisor.notify.fd);
	for (enum watched kind = WATCH_STATUS; kind <= WATCH_ANSWER; kind++)
		for (size_t i = 0; i < SUPERVISED_MAX; i++)
			if (s->watching[kind][i]) {
				int fd = supervised_descriptor(kind, i);

				/* What is closed is not watched any more. */
				assert_true(fd >= 0);
				supervised_poll_add(&p, fd);
			}
	for (size_t i = 0; i < s->supervisor.config->count * OUTPUT_SINKS; i++)
		supervised_poll_add(&p, s->supervisor.output.streams[i].read_fd);
	assert_int_equal(spawn_settle(), 0);
	(void)poll(p.items, p.count, timeout);
}

static inline void
supervised_hear(void)
{
	struct supervised *s = &supervised;

	for (size_t i = 0; i < s->supervisor.config->count * OUTPUT_SINKS; i++)
		(void)output_read(
		    &s->supervisor.output, &s->supervisor.output.streams[i]);
	for (unsigned i = 0; i < OUTPUT_SINKS; i++) {
		sink_flush(&s->supervisor.output.sinks[i]);
		s->length[i] += world_read(s->readers[i], s->text[i] + s->length[i],
		    sizeof(s->text[i]) - s->length[i]);
	}
}

/* Nothing of it blocks, so nobody need ask which of them are ready. */
static inline void
supervised_read(void)
{
	struct supervised *s = &supervised;

	for (size_t i = 0; i < SUPERVISED_MAX; i++) {
		if (s->watching[WATCH_STATUS][i])
			supervisor_handle_status(&s->supervisor, i, world_now());
		if (s->watching[WATCH_READY][i])
			supervisor_handle_ready(&s->supervisor, i, world_now());
		if (s->watching[WATCH_ANSWER][i])
			supervisor_handle_answer(&s->supervisor, i);
	}
	supervisor_handle_notify(&s->supervisor, world_now());
}

static inline void
supervised_turn(void)
{
	struct supervised *s = &supervised;
	struct signalfd_siginfo info;

	supervised_wait();
	supervised_hear();
	supervised_read();
	while (read(s->signal_fd, &info, sizeof(info)) > 0)
		supervisor_handle_signal(
		    &s->supervisor, (int)info.ssi_signo, world_now());
	if (plan_deadline(&s->supervisor.plan) <= world_now())
		supervisor_handle_timeout(&s->supervisor, world_now());
	supervisor_handle_turn(&s->supervisor, world_now());
}

static inline void
supervised_signal(int signal)
{
	supervisor_handle_signal(&supervised.supervisor, signal, world_now());
}

/* Until it is so; the alarm ends what never is. */
#define supervised_until(condition)                                                      \
	do {                                                                             \
		supervised_hear();                                                       \
		while (!(condition))                                                     \
			supervised_turn();                                               \
		supervised_hear();                                                       \
	} while (0)

static inline bool
supervised_has_said(unsigned sink, const char *text)
{
	return strstr(supervised.text[sink], text) != NULL;
}

static inline enum service_state
supervised_state(size_t service)
{
	return supervised.supervisor.plan.services[service].state;
}

/* From the start to its end.  Returns the exit status. */
static inline int
supervised_run(void)
{
	supervisor_start(&supervised.supervisor, world_now());
	supervised_until(supervised.supervisor.ended);
	return plan_status(&supervised.supervisor.plan);
}

#endif
