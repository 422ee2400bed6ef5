/* Lines that no pipe brings: proctor's own, and what services say by syslog(3). */
#include "supervisor/flow.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "config/clock.h"
#include "supervisor/syslog.h"

static const char own_name[] = "proctor";

/* -- proctor's own ------------------------------------------------------------------ */

static bool
put_journal(struct output *o, const char *text)
{
	return journal_put(&o->journal,
	    &(struct journal_entry){
		.service = own_name,
		.stream = "stderr",
		.pid = getpid(),
		.priority = LOG_INFO,
		.facility = LOG_FAC(LOG_DAEMON),
		.data = text,
		.length = strlen(text),
	    });
}

/* As those of services look, if they are JSON; else with its name in front. */
static bool
put_line(struct output *o, const char *text)
{
	unsigned way = o->shared ? OUTPUT_STDOUT : OUTPUT_STDERR;
	struct form_style style = {
	    .mode = o->config->log == LOG_MODE_JSON ? LOG_MODE_JSON : LOG_MODE_PREFIX,
	    .timestamps = o->config->timestamps,
	};
	struct form_origin origin = {
	    .service = own_name,
	    .stream = "stderr",
	    .pid = getpid(),
	    .priority = -1,
	    .wall = clock_wall(),
	};
	struct sink *s = &o->sinks[way];
	size_t length = strlen(text);
	char *to;

	form_begin(&o->form, &style, &origin);
	to = sink_reserve(s, form_size(&o->form, length));
	if (to)
		sink_commit(s, form_line(&o->form, to, text, length, false));
	return to != NULL;
}

static bool
put_own(struct output *o, const char *text)
{
	if (output_mode(o, o->config->log) == LOG_MODE_JOURNAL)
		return put_journal(o, text);
	return put_line(o, text);
}

void
output_say(struct output *o, const char *text)
{
	char lost[80];

	if (o->said)
		o->said(o->said_context, text);
	(void)snprintf(lost, sizeof(lost), "%llu lines of proctor's own found no reader",
	    (unsigned long long)o->own_lost);
	if (o->own_lost > 0 && put_own(o, lost))
		o->own_lost = 0;
	if (!put_own(o, text))
		o->own_lost++;
}

void
output_say_last(struct output *o, const char *text)
{
	output_say(o, text);
	if (output_mode(o, o->config->log) == LOG_MODE_JOURNAL)
		(void)put_line(o, text);
}

/* -- journald ------------------------------------------------------------------------- */

void
own_tell_no_journal(struct output *o)
{
	char line[256];

	(void)snprintf(line, sizeof(line),
	    "no journal: " JOURNAL_PATH ": %s; log = journal is as prefix here",
	    strerror(o->no_journal));
	output_say(o, line);
}

void
own_tell_lost(struct output *o)
{
	char line[128];

	if (!o->journal.connected)
		return;
	(void)snprintf(line, sizeof(line),
	    "%llu lines are lost: systemd-journald did not take them",
	    (unsigned long long)(o->journal.lost - o->journal_told));
	o->journal_told = o->journal.lost;
	output_say(o, line);
}

/* -- what could not be written ------------------------------------------------------- */

/* ends: it is not told that it goes on, but what it has cost. */
static bool
describe_failure(struct sink *s, const char *name, bool ends, char *line, size_t size)
{
	if (s->failing && !ends) {
		if (s->failure_told)
			return false;
		s->failure_told = true;
		(void)snprintf(line, size, "%s: %s; what is written there now is lost",
		    name, strerror(s->reason));
		return true;
	}
	if (s->lost == s->lost_told)
		return false;
	(void)snprintf(line, size, "%s: %llu bytes are lost: %s", name,
	    (unsigned long long)(s->lost - s->lost_told), strerror(s->reason));
	s->lost_told = s->lost;
	s->failure_told = false;
	return true;
}

bool
output_next_failure(struct output *o, bool ends, char *line, size_t size)
{
	return describe_failure(
		   &o->sinks[OUTPUT_STDOUT], "standard output", ends, line, size) ||
	    describe_failure(
		&o->sinks[OUTPUT_STDERR], "standard error", ends, line, size);
}

bool
own_tell_failures(struct output *o)
{
	char line[160];
	bool any = false;

	while (output_next_failure(o, false, line, sizeof(line))) {
		output_say(o, line);
		any = true;
	}
	return any;
}

/* -- what was dropped -------------------------------------------------------------------- */

void
own_tell_dropped(struct output *o)
{
	for (size_t i = 0; i < o->stream_count; i++) {
		struct stream *s = &o->streams[i];
		char line[512];

		if (s->dropped == 0 || !output_has_room(o, s->way))
			continue;
		(void)snprintf(line, sizeof(line),
		    "%s: %llu lines of its %s were dropped: they were not read in time",
		    flow_name(o, s), (unsigned long long)s->dropped,
		    flow_kind_name(s->kind));
		if (!put_own(o, line))
			return;
		o->dropped -= s->dropped;
		s->dropped = 0;
	}
}

/* -- files that cannot be followed ---------------------------------------------------- */

void
own_tell_trouble(struct output *o, const struct stream *s)
{
	char trouble[PATH_MAX + 128];
	char line[sizeof(trouble) + 256];

	while (follow_trouble(&o->follows, flow_file(o, s), trouble, sizeof(trouble))) {
		(void)snprintf(line, sizeof(line), "%s: %s",
		    o->config->services[s->service].name, trouble);
		output_say(o, line);
	}
}

/* -- syslog(3) ---------------------------------------------------------------------- */

bool
output_takes_syslog(const struct output *o)
{
	const struct stream *s = output_syslog_stream(o);

	if (o->devlog.fd < 0 || s->held || s->dropped > 0)
		return false;
	for (unsigned way = 0; way < OUTPUT_SINKS; way++)
		if (!o->sinks[way].buffer || !output_has_room(o, way))
			return false;
	return !o->journals || output_has_room(o, OUTPUT_JOURNAL);
}

void
output_syslog(struct output *o, size_t service, const struct datagram *d)
{
	struct stream *s = output_syslog_stream(o);
	struct syslog_message message;

	syslog_parse(d->data, d->length, o->host[0] ? o->host : NULL, &message);
	flow_set_origin(o, s, service);
	s->pid = d->sender;
	s->priority = message.priority;
	s->facility = message.facility;
	if (!message.text)
		return;
	/* No longer than the datagram, and scratch takes that with an end. */
	memcpy(o->scratch, message.text, message.length);
	o->scratch[message.length] = '\n';
	flow_deliver(o, s, o->scratch, message.length + 1);
	if (s->held)
		output_ready(o, s);
}
