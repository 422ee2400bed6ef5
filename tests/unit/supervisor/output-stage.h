#ifndef TESTS_OUTPUT_STAGE_H
#define TESTS_OUTPUT_STAGE_H

/*
 * An output whose standard output and error are pipes that the test reads.
 */

#include "supervisor/output.h"

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/world.h"

#define STAGE_SERVICES 4

struct stage {
	struct service_config services[STAGE_SERVICES];
	struct config config;
	struct output output;
	int readers[OUTPUT_SINKS]; /* not blocking */
	char text[2 * 1024 * 1024];
};

/* One for all: it is too big for the stack. */
static struct stage stage;

static inline void
stage_divert(int fd)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(dup2(ends[1], fd), fd);
	close(ends[1]);
	stage.readers[fd - STDOUT_FILENO] = ends[0];
}

/*
 * Standard output and error are the pipes only while output_init() looks at
 * them: what cmocka says goes where it always does.
 */
static inline int
stage_open(void)
{
	int kept[OUTPUT_SINKS];
	int r;

	for (int i = 0; i < OUTPUT_SINKS; i++) {
		kept[i] = fcntl(STDOUT_FILENO + i, F_DUPFD_CLOEXEC, 10);
		stage_divert(STDOUT_FILENO + i);
	}
	r = output_init(&stage.output, &stage.config);
	for (int i = 0; i < OUTPUT_SINKS; i++) {
		(void)dup2(kept[i], STDOUT_FILENO + i);
		close(kept[i]);
	}
	return r;
}

static inline int
stage_begin(void **state)
{
	static const struct {
		const char *name;
		enum log_mode log;
	} rows[STAGE_SERVICES] = {
	    {"web", LOG_MODE_PREFIX},
	    {"raw", LOG_MODE_RAW},
	    {"own", LOG_MODE_INHERIT},
	    {"void", LOG_MODE_NULL},
	};

	memset(&stage, 0, sizeof(stage));
	for (size_t i = 0; i < STAGE_SERVICES; i++) {
		stage.services[i] = sample_service(KIND_SERVICE);
		stage.services[i].name = rows[i].name;
		stage.services[i].log = rows[i].log;
		stage.services[i].identity.uid = (uid_t)-1;
		stage.services[i].identity.gid = (gid_t)-1;
	}
	stage.config.services = stage.services;
	stage.config.count = STAGE_SERVICES;
	return world_begin(state) == 0 ? stage_open() : -1;
}

static inline int
stage_end(void **state)
{
	output_clear(&stage.output);
	close(stage.readers[0]);
	close(stage.readers[1]);
	return world_end(state);
}

#define stage_test(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)

/* What has come out since this was last asked. */
static inline const char *
stage_heard(unsigned sink)
{
	(void)world_read(stage.readers[sink], stage.text, sizeof(stage.text));
	return stage.text;
}

static inline void
stage_flush(void)
{
	sink_flush(&stage.output.sinks[OUTPUT_STDOUT]);
	sink_flush(&stage.output.sinks[OUTPUT_STDERR]);
}

#define stage_says(sink, wanted)                                                         \
	do {                                                                             \
		stage_flush();                                                           \
		assert_string_equal(stage_heard(sink), wanted);                          \
	} while (0)

#endif
