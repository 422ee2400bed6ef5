#include "init/run.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "config/load.h"
#include "healthcheck/probe.h"
#include "init/crash.h"
#include "init/oom.h"
#include "init/pid1.h"
#include "init/runtime.h"
#include "init/serve.h"
#include "init/sockets.h"
#include "init/upward.h"
#include "init/verdict.h"
#include "supervisor/loop.h"

/* What the duties of struct supervisor_duties are about. */
struct run {
	const struct config *config;
	const char *path; /* of its file, or NULL */
	struct pid1 self;
	struct oom oom;
	struct upward upward;
	struct fdstore sockets;
	char folder[PATH_MAX]; /* the runtime directory, or what was tried first */
	int folder_error; /* 0: it is there */
	struct loop *loop;
};

/* -- duties -------------------------------------------------------------------- */

static bool
was_oom_kill(void *context, usec_t now)
{
	return oom_struck(&((struct run *)context)->oom, now);
}

static void
look_for_oom_kill(void *context, usec_t now)
{
	oom_look(&((struct run *)context)->oom, now);
}

static usec_t
turn(void *context, usec_t now)
{
	struct run *r = context;
	const struct supervisor *s = loop_supervisor(r->loop);

	crash_set_grace(s->config->grace);
	return upward_turn(&r->upward, s, now);
}

static void
write_diags(const struct diags *diags, struct text *t)
{
	char *bytes = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&bytes, &length);

	if (!file)
		return;
	diags_print(diags, file);
	if (fclose(file) == 0)
		text_add_bytes(t, bytes, length);
	free(bytes);
}

static int
load(void *context, struct config *ret_config, struct text *ret_errors)
{
	const struct run *r = context;
	struct load_options options = {
	    .environment = environ, .purpose = LOAD_TO_RUN, .probe_lacks = probe_lacks};
	struct diags diags = {0};
	int result = config_load(r->path, &options, &diags, ret_config);

	write_diags(&diags, ret_errors);
	diags_clear(&diags);
	return result;
}

static struct supervisor_duties
duties_of(struct run *r)
{
	return (struct supervisor_duties){
	    .child_mask = &r->self.mask,
	    .child_nofile = &r->self.nofile,
	    .environment = environ,
	    .is_init = r->self.is_init,
	    .folder = r->folder_error == 0 ? r->folder : NULL,
	    .sockets = &r->sockets,
	    .oom_fd = r->oom.watch_fd,
	    .context = r,
	    .load = r->path ? load : NULL,
	    .was_oom_kill = was_oom_kill,
	    .look_for_oom_kill = look_for_oom_kill,
	    .sweep = pid1_sweep,
	    .turn = turn,
	};
}

/* -- up to the line of no return -------------------------------------------------- */

static void
prepare(struct run *r, sigset_t *ret_handled)
{
	sockets_adopt(&r->sockets);
	upward_open(&r->upward);
	pid1_prepare(&r->self, ret_handled);
	/* A service that was started with TERM blocked could not stop in order. */
	(void)sigemptyset(&r->self.mask);
	pid1_reset_dispositions();
	pid1_prepare_descriptors(&r->self);
	oom_init(&r->oom);
	r->folder_error = -runtime_open(r->config, r->folder, sizeof(r->folder));
}

static int
refuse(const char *what, int error)
{
	fprintf(stderr, "proctor | exit %d: %s: %s\n", EX_OSERR, what, strerror(error));
	return EX_OSERR;
}

static void
say_folder(struct run *r)
{
	char line[PATH_MAX + 128];

	(void)snprintf(line, sizeof(line), "no runtime directory, so no sockets: %s: %s",
	    r->folder, strerror(r->folder_error));
	if (r->folder_error != 0)
		output_say(&loop_supervisor(r->loop)->output, line);
}

/* A socket that a service names has to be there for it to be of any use. */
static void
say_missing_sockets(struct run *r, const struct service_config *service)
{
	char line[512];

	for (size_t i = 0; i < service->sockets.count; i++) {
		if (fdstore_has(&r->sockets, service->sockets.items[i]))
			continue;
		(void)snprintf(line, sizeof(line),
		    "%s: proctor was started with no socket named '%s'", service->name,
		    service->sockets.items[i]);
		output_say(&loop_supervisor(r->loop)->output, line);
	}
}

/* -- beyond it ---------------------------------------------------------------------- */

static int
live(struct run *r)
{
	int status;

	say_folder(r);
	for (size_t i = 0; i < r->config->count; i++)
		say_missing_sockets(r, &r->config->services[i]);
	loop_run(r->loop);
	status = verdict_tell(loop_supervisor(r->loop));
	return status;
}

static void
clear(struct run *r)
{
	loop_free(r->loop);
	oom_clear(&r->oom);
	upward_close(&r->upward);
	fdstore_clear(&r->sockets);
	if (r->folder_error == 0)
		runtime_close(r->folder);
}

/*
 * The line of no return: the configuration is good, and from here on proctor may
 * not die.  What fails after it is an event, with a retry.
 */
int
run_supervise(const struct config *config, const char *path)
{
	struct run r = {.config = config, .path = path};
	struct supervisor_duties duties;
	sigset_t handled;
	const char *where;
	int signal_fd;
	int error;
	int status;

	prepare(&r, &handled);
	duties = duties_of(&r);
	signal_fd = pid1_signal_fd(&handled);
	if (signal_fd >= 0)
		r.loop = loop_new(config, &duties, signal_fd);
	if (!r.loop) {
		status = refuse("the system refused", errno);
	} else if ((error = serve_open(r.loop, config, duties.folder, &where)) < 0) {
		status = refuse(where, -error);
	} else {
		crash_guard(config->grace);
		status = live(&r);
	}
	clear(&r);
	return status;
}
