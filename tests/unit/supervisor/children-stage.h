#ifndef TESTS_CHILDREN_STAGE_H
#define TESTS_CHILDREN_STAGE_H

/* The processes of the services of an output-stage: real ones, from real commands. */

#include "supervisor/children.h"

#include "tests/unit/split.h"
#include "tests/unit/supervisor/output-stage.h"

static struct children children;
static sigset_t no_signals;
static char troop_text[2][512];
static char *troop_items[2][4];

/* A process group is all there is to hold processes together by. */
static inline void
troop_without_cgroups(void)
{
	cgroups_clear(&children.cgroups, &stage.config);
}

static inline int
troop_begin(void **state)
{
	static char *const environment[] = {NULL};
	static const struct fdstore no_sockets;

	if (stage_begin(state) < 0)
		return -1;
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (size_t i = 0; i < STAGE_SERVICES; i++) {
		stage.services[i].umask = -1;
		stage.services[i].nice = stage.services[i].oom_score_adj = INT_MIN;
		stage.services[i].command = split("/bin/true");
	}
	(void)sigemptyset(&no_signals);
	memset(&children, 0, sizeof(children));
	children.output = &stage.output;
	children.environment = environment;
	children.mask = &no_signals;
	children.sockets = &no_sockets;
	children.notify_name = "";
	assert_int_equal(children_init(&children, &stage.config), 0);
	return 0;
}

static inline int
troop_end(void **state)
{
	for (size_t i = 0; i < STAGE_SERVICES; i++)
		children_kill(&children, i);
	while (waitpid(-1, NULL, 0) > 0)
		continue;
	children_clear(&children);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 0);
	return stage_end(state);
}

#define troop_test(test) cmocka_unit_test_setup_teardown(test, troop_begin, troop_end)

static inline struct words
troop_script(size_t service, const char *text)
{
	char **items = troop_items[service];

	(void)snprintf(troop_text[service], sizeof(troop_text[0]), "%s", text);
	items[0] = split("/bin/sh").items[0];
	items[1] = split("-c").items[0];
	items[2] = troop_text[service];
	items[3] = NULL;
	return (struct words){.items = items, .count = 3};
}

static inline void
troop_start(size_t service, const char *text)
{
	struct ending ending;

	stage.services[service].command = troop_script(service, text);
	assert_int_equal(children_spawn(&children, service, &ending), 0);
	assert_true(children.items[service].pid > 0);
}

/* What it says, so that it is known how far it has come. */
static inline void
troop_hears(size_t service, const char *wanted)
{
	struct stream *s = output_stream(&stage.output, service, OUTPUT_STDOUT);
	char tail[4096 + 1];

	do {
		struct pollfd ready = {.fd = s->read_fd, .events = POLLIN};

		(void)spawn_settle();
		(void)poll(&ready, 1, 10);
		(void)output_read(&stage.output, s);
		tail[output_tail(&stage.output, service, tail, sizeof(tail) - 1)] = '\0';
	} while (!strstr(tail, wanted));
}

/* The pid that a script has said, after this word. */
static inline pid_t
troop_said_pid(const char *word)
{
	const char *at;

	stage_flush();
	at = strstr(stage_heard(OUTPUT_STDOUT), word);
	assert_non_null(at);
	return (pid_t)atoi(at + strlen(word));
}

#endif
