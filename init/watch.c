#include "init/watch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "init/ask.h"
#include "init/named.h"
#include "init/table.h"

#define TABLE_LIMIT ((size_t)64 << 20)

/* Of the services in the answer, those that are asked for. */
struct chosen {
	struct slice *items; /* owned */
	size_t count;
};

struct screen {
	bool terminal;
	size_t width;
	size_t height;
};

/* -- which of them --------------------------------------------------------------- */

static size_t
count_items(struct slice array)
{
	struct slice item = {.bytes = NULL};
	size_t count = 0;

	while (reader_next(array, &item))
		count++;
	return count;
}

static void
choose_all(struct slice services, struct chosen *c)
{
	struct slice item = {.bytes = NULL};

	while (reader_next(services, &item))
		c->items[c->count++] = item;
}

static int
choose_named(struct slice services, const char *name, size_t room, struct chosen *c)
{
	struct slice item = {.bytes = NULL};
	bool any = false;

	while (reader_next(services, &item)) {
		if (!named_is(item, name))
			continue;
		any = true;
		if (c->count < room)
			c->items[c->count++] = item;
	}
	return any ? ASK_DONE : named_unknown(services, name);
}

static int
choose(const struct given *g, struct slice services, struct chosen *c)
{
	size_t room = count_items(services) * (g->count > 0 ? g->count : 1);
	int status = ASK_DONE;

	*c = (struct chosen){.items = calloc(room + 1, sizeof(*c->items))};
	if (!c->items) {
		fprintf(stderr, "proctor: out of memory\n");
		return ASK_UNASKED;
	}
	if (g->count == 0)
		choose_all(services, c);
	for (size_t i = 0; i < g->count; i++)
		status =
		    ask_worse(status, choose_named(services, g->operands[i], room, c));
	return status;
}

/* -- what is printed ---------------------------------------------------------------- */

static void
print_json(const struct chosen *c)
{
	fputs("{\"services\":[", stdout);
	for (size_t i = 0; i < c->count; i++)
		printf("%s%.*s", i > 0 ? "," : "", (int)c->items[i].length,
		    c->items[i].bytes);
	fputs("]}\n", stdout);
}

static void
print_names(const struct chosen *c)
{
	for (size_t i = 0; i < c->count; i++) {
		ask_put(reader_member(c->items[i], "name"), stdout);
		puts("");
	}
}

static struct screen
find_screen(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 ||
	    size.ws_col == 0 || size.ws_row == 0)
		return (struct screen){.width = TABLE_WIDTH,
		    .height = SIZE_MAX,
		    .terminal = isatty(STDOUT_FILENO) == 1};
	return (struct screen){
	    .width = size.ws_col, .height = size.ws_row, .terminal = true};
}

/* Over what is there: nothing flickers, and no line is left of what was longer. */
static void
redraw(const struct text *t, const struct screen *screen)
{
	const char *line = t->bytes;
	const char *end = t->bytes + t->length;

	fputs("\033[H", stdout);
	for (size_t row = 1; line < end && row < screen->height; row++) {
		size_t length = strcspn(line, "\n");

		printf("%.*s\033[K\n", (int)length, line);
		line += length + 1;
	}
	fputs(line < end ? "...\033[K\033[J" : "\033[J", stdout);
}

static void
print_table(const struct chosen *c, bool again)
{
	struct screen screen = find_screen();
	struct text t;

	text_init(&t, TABLE_LIMIT);
	table_write(&t, c->items, c->count, screen.width);
	text_add_bytes(&t, "", 1);
	t.length--;
	if (!t.bytes)
		fprintf(stderr, "proctor: out of memory\n");
	else if (again && screen.terminal)
		redraw(&t, &screen);
	else
		fputs(t.bytes, stdout);
	text_clear(&t);
}

static void
print_chosen(const struct given *g, const struct chosen *c)
{
	if (g->values[OPTION_JSON])
		print_json(c);
	else if (g->values[OPTION_NAMES])
		print_names(c);
	else
		print_table(c, g->values[OPTION_WATCH] != NULL);
}

static int
status_of(const struct chosen *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (!reader_is_true(reader_member(c->items[i], "ready")))
			return ASK_DOWN;
	}
	return ASK_DONE;
}

/* -- asking --------------------------------------------------------------------------- */

static int
show(const struct given *g, const struct client_answer *answer)
{
	struct chosen chosen = {.items = NULL};
	struct slice all;
	int status = ask_judge(answer, &all);

	if (status != ASK_DONE)
		return status;
	status = choose(g, reader_member(all, "services"), &chosen);
	if (status == ASK_DONE || chosen.count > 0) {
		print_chosen(g, &chosen);
		status = ask_worse(status, status_of(&chosen));
	}
	free(chosen.items);
	return ask_written(status);
}

static int
show_once(const struct given *g)
{
	struct client client;
	struct client_answer answer;
	int status = ask(g, "GET", "/v1/services", ASK_TIMEOUT, &client, &answer);

	if (status == ASK_DONE)
		status = show(g, &answer);
	client_clear(&client);
	return status;
}

int
watch_command(const struct given *g)
{
	int status;

	if (g->values[OPTION_WATCH] && isatty(STDOUT_FILENO) && !g->values[OPTION_JSON])
		fputs("\033[H\033[2J", stdout);
	for (;;) {
		status = show_once(g);
		if (!g->values[OPTION_WATCH] ||
		    (status != ASK_DONE && status != ASK_DOWN))
			return status;
		sleep(1);
	}
}
