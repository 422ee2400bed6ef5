#include "supervisor/api.h"

#include <stdio.h>
#include <string.h>

#include "config/clock.h"
#include "supervisor/call.h"
#include "supervisor/condition.h"
#include "supervisor/json.h"
#include "supervisor/pages.h"
#include "supervisor/problem.h"
#include "supervisor/sentence.h"
#include "supervisor/status.h"

#define PROBLEMS_LIMIT ((size_t)1 << 20)

/* -- what there is ----------------------------------------------------------------- */

static void
answer_services(struct call *c)
{
	status_write(&c->page->body, &c->view);
}

static void
answer_checks(struct call *c)
{
	struct text *t = &c->page->body;

	json_begin_object(t, NULL);
	json_begin_array(t, "checks");
	for (size_t i = 0; i < c->view.plan->config->check_count; i++)
		status_write_check(t, &c->view, i);
	json_end_array(t);
	json_end_object(t);
	text_add(t, "\n");
}

/* Each line that condition_of_all() has, as a string. */
static void
write_problems(struct text *t, const struct view *v)
{
	struct text lines;
	char *line;
	char *end;

	text_init(&lines, PROBLEMS_LIMIT);
	condition_of_all(&lines, v);
	text_add_bytes(&lines, "", 1);
	json_begin_array(t, "problems");
	for (line = lines.bytes; !lines.failed && (end = strchr(line, '\n')) != NULL;
	     line = end + 1) {
		*end = '\0';
		json_string(t, NULL, line);
	}
	json_end_array(t);
	text_clear(&lines);
}

static void
answer_health(struct call *c)
{
	const struct plan *p = c->view.plan;
	struct text *t = &c->page->body;
	bool fine = plan_is_ready(p);

	if (request_asks(c->request, "live"))
		fine = plan_is_live(p);
	else if (request_asks(c->request, "startup"))
		fine = plan_is_started(p);
	c->page->status = fine ? 200 : 503;
	json_begin_object(t, NULL);
	json_bool(t, "healthy", fine);
	json_string(t, "state", condition_phase(p->phase));
	json_bool(t, "live", plan_is_live(p));
	json_bool(t, "ready", plan_is_ready(p));
	json_bool(t, "startup", plan_is_started(p));
	write_problems(t, &c->view);
	json_end_object(t);
	text_add(t, "\n");
}

static void
answer_service(struct call *c)
{
	if (request_asks(c->request, "wait")) {
		ask_wait(c);
		return;
	}
	status_write_service(&c->page->body, NULL, &c->view, c->service);
	text_add(&c->page->body, "\n");
}

/* -- what is asked for --------------------------------------------------------------- */

struct resource {
	const char *path; /* below /v1; '*' is the name of a service */
	bool post;
	void (*answer)(struct call *);
};

static void answer_root(struct call *);

static const struct resource resources[] = {
    {"", false, answer_root},
    {"/services", false, answer_services},
    {"/services/*", false, answer_service},
    {"/services/*/start", true, ask_start},
    {"/services/*/stop", true, ask_stop},
    {"/services/*/restart", true, ask_restart},
    {"/services/*/reload", true, ask_reload},
    {"/services/*/signal", true, ask_signal},
    {"/update", true, ask_update},
    {"/shutdown", true, ask_shutdown},
    {"/checks", false, answer_checks},
    {"/health", false, answer_health},
    {"/config", false, settings_answer},
    {"/events", false, feed_events},
    {"/logs", false, feed_logs},
};

enum { RESOURCE_COUNT = sizeof(resources) / sizeof(resources[0]) };

static void
answer_root(struct call *c)
{
	struct text *t = &c->page->body;

	json_begin_object(t, NULL);
	json_string(t, "version", PROCTOR_VERSION);
	json_bool(t, "manage", c->access == ACCESS_MANAGE);
	json_begin_array(t, "resources");
	for (size_t i = 0; i < RESOURCE_COUNT; i++) {
		char line[64];

		(void)snprintf(line, sizeof(line), "%s /v1%s",
		    resources[i].post ? "POST" : "GET", resources[i].path);
		json_string(t, NULL, line);
	}
	json_end_array(t);
	json_end_object(t);
	text_add(t, "\n");
}

static bool
is_below(struct slice *path, const char *prefix)
{
	size_t length = strlen(prefix);

	if (path->length < length || memcmp(path->bytes, prefix, length) != 0 ||
	    (path->length > length && path->bytes[length] != '/'))
		return false;
	*path = slice_skip(*path, length);
	return true;
}

/* The segment that '*' stands for goes to *ret_name. */
static bool
matches(const char *pattern, struct slice path, struct slice *ret_name)
{
	for (; *pattern != '\0' && path.length > 0; pattern++) {
		if (*pattern == '*') {
			struct slice rest = path;

			*ret_name = slice_take_until(&rest, '/');
			path = slice_skip(path, ret_name->length);
		} else if (*pattern == *path.bytes) {
			path = slice_skip(path, 1);
		} else {
			return false;
		}
	}
	return *pattern == '\0' && path.length == 0;
}

static const struct resource *
find_resource(struct slice path, struct slice *ret_name)
{
	for (size_t i = 0; i < RESOURCE_COUNT; i++) {
		*ret_name = (struct slice){"", 0};
		if (matches(resources[i].path, path, ret_name))
			return &resources[i];
	}
	return NULL;
}

/* As it was found last, unless the configuration has changed since. */
static bool
find_service(struct call *c)
{
	c->service = config_find_again(c->view.plan->config, c->name, c->errand->service);
	c->errand->service = c->service;
	return c->service != SERVICE_NONE;
}

static bool
has_service(struct call *c, struct slice name)
{
	if (!slice_decode(name, c->name, sizeof(c->name)) || *c->name == '\0') {
		problem(c->page, 404, "no-such-service",
		    "that cannot be the name of a service");
		return false;
	}
	if (!find_service(c)) {
		problem(
		    c->page, 404, "no-such-service", "there is no service '%s'", c->name);
		return false;
	}
	return true;
}

static void
forbid(struct call *c)
{
	problem(c->page, 403, "forbidden",
	    "the members of control_group may only read; write control_group_access = "
	    "manage to let them change things");
}

static void
call(struct call *c, struct slice path)
{
	struct slice name;
	const struct resource *resource = find_resource(path, &name);

	c->page->type = "application/json";
	if (!resource) {
		problem(c->page, 404, "no-such-resource",
		    "there is no such resource; GET /v1 lists them");
	} else if (resource->post != c->request->post) {
		c->page->allow = resource->post ? "POST" : "GET, HEAD";
		problem(c->page, 405, "method-not-allowed", "write %s /v1%s",
		    resource->post ? "POST" : "GET", resource->path);
	} else if (resource->post && c->access < ACCESS_MANAGE) {
		forbid(c);
	} else if (name.length == 0 && !strchr(resource->path, '*')) {
		resource->answer(c);
	} else if (has_service(c, name)) {
		resource->answer(c);
	}
}

static struct view
view_of(const struct supervisor *s, usec_t wall)
{
	return (struct view){
	    .plan = &s->plan,
	    .stats = &s->stats,
	    .children = s->children.items,
	    .now = s->now,
	    .wall = wall,
	};
}

static void
answer_page(const struct view *v, const struct request *r, struct page *page)
{
	if (!r->post) {
		pages_answer(v, r, page);
		return;
	}
	page->status = 405;
	page->allow = "GET, HEAD";
	text_add(&page->body, "405 Method Not Allowed\n");
}

void
api_answer(struct supervisor *s, enum access access, const struct request *r,
    struct errand *errand, usec_t wall, struct page *page)
{
	struct call c = {
	    .supervisor = s,
	    .access = access,
	    .request = r,
	    .errand = errand,
	    .page = page,
	    .view = view_of(s, wall),
	};
	struct slice path = r->path;

	page->status = 200;
	if (access < ACCESS_READ || !is_below(&path, "/v1"))
		answer_page(&c.view, r, page);
	else
		call(&c, path);
}

void
call_refuse(struct call *c, const char *parameter, const char *wanted)
{
	problem(c->page, 400, "bad-request", "%s has to be %s", parameter, wanted);
}

bool
call_may_wait(struct call *c)
{
	if (c->errand->room)
		return true;
	problem(c->page, 503, "busy", "too many wait already");
	return false;
}

bool
api_more(const struct supervisor *s, const struct request *r, struct errand *errand,
    struct text *text)
{
	return feed_more(s, r, errand, text);
}

/* -- for the web server -------------------------------------------------------------- */

/* By the configuration as it is now; the socket is that of the start. */
static enum access
admit(void *context, int fd)
{
	const struct supervisor *s = context;

	return peer_access(fd, s->config, s->controls);
}

static void
answer(void *context, enum access access, const struct request *r, struct errand *errand,
    struct page *page)
{
	struct supervisor *s = context;

	s->now = clock_now();
	api_answer(s, access, r, errand, clock_wall(), page);
}

static bool
more(void *context, const struct request *r, struct errand *errand, struct text *text)
{
	return api_more(context, r, errand, text);
}

struct web_site
api_site(struct supervisor *s)
{
	return (struct web_site){s, admit, answer, more};
}
