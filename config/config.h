#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

/*
 * The checked configuration: plain values, immutable after loading.
 *
 * Everything here lives in one arena that config_free() gives back, so a
 * pointer into a struct config is borrowed and outlives whoever reads it.
 * An instance of a service (web@2) is a service of its own here; the other
 * rooms know no instances.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "config/arena.h"

/* Microseconds: a duration, or a moment on the monotonic clock. */
typedef uint64_t usec_t;
#define USEC_NEVER UINT64_MAX
#define USEC_PER_SEC ((usec_t)1000000)
#define USEC_PER_MSEC ((usec_t)1000)
#define USEC_PER_MIN (60 * USEC_PER_SEC)
#define USEC_DAY (24 * 3600 * USEC_PER_SEC)

#define RESTARTS_UNLIMITED UINT32_MAX
#define SERVICE_NONE SIZE_MAX

enum service_kind { KIND_SERVICE, KIND_TASK, KIND_MAIN };
enum restart_policy { RESTART_NEVER, RESTART_ON_FAILURE, RESTART_ALWAYS };
enum ready_kind { READY_STARTED, READY_NOTIFY, READY_FD, READY_CHECK };
enum stop_scope { SCOPE_PROCESS, SCOPE_GROUP };
enum control_access { CONTROL_READ, CONTROL_MANAGE };
enum stdin_mode { STDIN_NULL, STDIN_TTY };
enum log_mode {
	LOG_MODE_PREFIX,
	LOG_MODE_JSON,
	LOG_MODE_RAW,
	LOG_MODE_INHERIT,
	LOG_MODE_NULL,
	LOG_MODE_JOURNAL,
};
enum log_overflow { LOG_OVERFLOW_WAIT, LOG_OVERFLOW_DROP };

/* A NULL-terminated list, so that items can be handed to execve(). */
struct words {
	char **items; /* never NULL */
	size_t count;
};

/* What counts as a good end: exit statuses and signals, one bit each. */
struct end_set {
	uint64_t statuses[4];
	uint64_t signals[2];
};

struct restart_limit {
	uint32_t count; /* restarts, or RESTARTS_UNLIMITED */
	usec_t window;
};

struct resource_limit {
	int resource; /* RLIMIT_... */
	struct rlimit value;
};

/* When proctor gets the signal from, the service gets the signal to. */
struct signal_pair {
	int from;
	int to;
};

struct resource_limits {
	struct resource_limit *items;
	size_t count;
};

struct signal_pairs {
	struct signal_pair *items;
	size_t count;
};

/* NAME=VALUE, or NAME=PATH of the file that holds the value. */
struct variable {
	const char *name;
	const char *value;
};

struct variables {
	struct variable *items;
	size_t count;
};

/* A service this one starts after and stops before. */
struct dependency {
	size_t service; /* index into struct config */
	bool started; /* enough that it has been started */
	bool required; /* its final failure is ours */
};

struct dependencies {
	struct dependency *items;
	size_t count;
};

/*
 * Who a service runs as.  A number that is not set is -1, the value that
 * setresuid(2) reads as "unchanged".
 */
struct identity {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* supplementary, if groups_set */
	size_t group_count;
	bool groups_set;
	const char *name; /* passwd's, or NULL where there is no entry */
	const char *home;
};

/* When a service counts as ready. */
struct readiness {
	enum ready_kind kind;
	int fd; /* READY_FD: where it writes a newline */
};

enum probe_kind {
	PROBE_HTTP,
	PROBE_HTTPS,
	PROBE_TCP,
	PROBE_UNIX,
	PROBE_GRPC,
	PROBE_EXEC,
	PROBE_FILE,
};

/* One question that tells whether something works. */
struct probe {
	enum probe_kind kind;
	const char *text; /* as written, for messages */
	const char *host; /* http, https, tcp, grpc: a name or an address, without [] */
	const char *port; /* likewise; decimal */
	const char
	    *path; /* http: the request target; unix, file; grpc: the service, or "" */
	usec_t max_age; /* file: since it was last modified; USEC_NEVER: any */
	struct words command; /* exec */
};

struct status_range {
	int first;
	int last;
};

struct status_ranges {
	struct status_range *items;
	size_t count;
};

/* What an http probe sends besides, and what it takes for good. */
struct http_terms {
	struct variables headers; /* NAME: value */
	struct status_ranges statuses;
	const char *body; /* what the answer's has to contain, or NULL */
};

enum check_kind { CHECK_READINESS, CHECK_LIVENESS, CHECK_STARTUP };

/* The meaning of the numbers is Kubernetes'. */
struct check_config {
	const char *name;
	const char *file; /* where the section stands, for messages */
	unsigned line;

	size_t service; /* index into struct config */
	const char *service_name; /* as written */
	enum check_kind kind;
	struct probe probe;
	struct http_terms http;
	usec_t interval; /* from one start to the next */
	usec_t timeout;
	usec_t initial_delay; /* after the start of the service */
	uint32_t failures; /* in a row, that make it bad */
	uint32_t successes; /* in a row, that make it good */
	bool enabled;
};

struct service_config {
	const char *name;
	enum service_kind kind;
	const char *file; /* where the section stands, for messages */
	unsigned line;

	/* The command is already in words; shell is {"/bin/sh", "-c", TEXT}. */
	struct words command;
	const char *shell;

	const char *user; /* as written; identity is what it means */
	const char *group;
	struct words groups;
	struct identity identity;

	const char *directory; /* NULL: proctor's own */
	int umask; /* -1: unchanged */
	int nice; /* INT_MIN: unchanged */
	int oom_score_adj; /* INT_MIN: unchanged */
	struct resource_limits limits;

	struct variables env;
	struct words env_files;
	struct words unset;
	struct variables secrets;

	bool enabled;
	uint32_t instances; /* as written; 0: the CPUs of the container */
	uint32_t instance; /* 1...; 0 where instances is not set */
	bool critical;

	struct words after; /* names as written; dependencies is what they mean */
	struct words requires;
	struct dependencies dependencies;

	struct readiness ready;
	usec_t ready_timeout; /* USEC_NEVER: none */
	usec_t watchdog; /* USEC_NEVER: off */
	struct probe health; /* text NULL: not set; a check with all defaults */
	size_t first_check; /* its checks: so many of struct config from here */
	size_t check_count;
	struct words sockets; /* names of descriptors that proctor was given */
	enum restart_policy restart;
	usec_t restart_delay;
	usec_t restart_delay_max;
	struct restart_limit restart_limit;
	struct end_set success;
	usec_t timeout; /* USEC_NEVER: none */

	int stop_signal;
	usec_t stop_timeout; /* USEC_NEVER: what is left of grace */
	enum stop_scope stop_scope;
	struct words pre_stop; /* count 0: none */

	int reload_signal;
	struct words reload_command; /* count 0: the signal */
	struct words reload_check; /* count 0: none */
	struct words watch;
	usec_t watch_delay;

	struct signal_pairs forward;
	enum stdin_mode stdin_mode;
	enum log_mode log;
	bool log_set; /* written in the section, not a default */
	enum log_overflow log_overflow;
	bool log_json_merge;
	struct words tail; /* files that are followed */
	struct words clean;
};

struct config {
	usec_t grace;
	usec_t drain_delay;
	const char *runtime_dir; /* NULL: not set */
	const char *termination_message; /* NULL: off */
	bool update_on_hup;

	enum log_mode log; /* of services that do not say, and of proctor's own lines */
	enum log_overflow log_overflow; /* likewise */
	bool log_json_merge; /* likewise */
	bool timestamps; /* in front of each line, LOG_MODE_PREFIX */
	bool syslog; /* /dev/log is served */

	const char *http; /* ADDRESS:PORT or unix:PATH of the health pages; NULL: off */

	const char *control; /* path, or name in the runtime directory; NULL: off */
	const char *control_group; /* as written; control_gid is what it means */
	gid_t control_gid; /* (gid_t)-1: none */
	enum control_access control_group_access;

	struct words files; /* what it was loaded from, in that order */

	struct service_config *services;
	size_t count;

	/* Those of one service lie together, in the order of the services. */
	struct check_config *checks;
	size_t check_count;

	struct arena arena;
};

/* The service of this name, or SERVICE_NONE. */
size_t config_find(const struct config *, const char *name);

/* The same where it was found before, unless it is another configuration by now. */
size_t config_find_again(const struct config *, const char *name, size_t last);

bool words_are_same(const struct words *, const struct words *);

/* Whether its final failure is the container's. */
static inline bool
service_is_critical(const struct service_config *service)
{
	return service->critical || service->kind == KIND_MAIN;
}

/* Whether it is given a socket for sd_notify(3). */
static inline bool
service_notifies(const struct service_config *service)
{
	return service->ready.kind == READY_NOTIFY || service->watchdog != USEC_NEVER;
}

static inline bool
end_set_has_status(const struct end_set *set, int status)
{
	return set->statuses[status / 64 & 3] >> (status % 64) & 1;
}

static inline bool
end_set_has_signal(const struct end_set *set, int signal)
{
	return set->signals[signal / 64 & 1] >> (signal % 64) & 1;
}

#endif
