#ifndef TESTS_SAMPLE_H
#define TESTS_SAMPLE_H

/*
 * Configurations as the loader makes them from a section with nothing but a
 * command in it, and what else the tests of the machines share.
 */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "supervisor/service.h"

/* Read by AddressSanitizer: running out of memory is an event to be tested. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

#define MS USEC_PER_MSEC
#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

static inline struct service_config
sample_service(enum service_kind kind)
{
	return (struct service_config){
	    .name = "web",
	    .kind = kind,
	    .critical = true,
	    .enabled = true,
	    .restart = RESTART_NEVER,
	    .restart_delay = 250 * MS,
	    .restart_delay_max = 30 * USEC_PER_SEC,
	    .restart_limit = {.count = 5, .window = 60 * USEC_PER_SEC},
	    .success = {.statuses = {1}},
	    .ready_timeout = USEC_NEVER,
	    .watchdog = USEC_NEVER,
	    .timeout = USEC_NEVER,
	    .stop_signal = SIGTERM,
	    .stop_timeout = USEC_NEVER,
	};
}

static inline void
sample_add_success(struct service_config *c, int status)
{
	c->success.statuses[status / 64] |= (uint64_t)1 << (status % 64);
}

static inline void
sample_add_success_signal(struct service_config *c, int signal)
{
	c->success.signals[signal / 64] |= (uint64_t)1 << (signal % 64);
}

static inline struct ending
sample_exit(int status)
{
	return (struct ending){.kind = ENDING_EXITED, .number = status};
}

static inline struct ending
sample_death(int signal)
{
	return (struct ending){.kind = ENDING_KILLED, .number = signal};
}

#endif
