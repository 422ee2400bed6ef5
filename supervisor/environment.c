#include "supervisor/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The kernel's limit for one string of the environment: see execve(2). */
#define FILE_SIZE_MAX (128 * 1024)

static size_t
name_length(const char *variable)
{
	return strcspn(variable, "=");
}

static bool
is_named(const char *variable, const char *name, size_t length)
{
	return strncmp(variable, name, length) == 0 && variable[length] == '=';
}

/* For one more, and the NULL behind it. */
static int
make_room(struct environment *e)
{
	size_t capacity = e->capacity * 2 + 16;
	char **grown;

	if (e->count + 1 < e->capacity)
		return 0;
	grown = realloc(e->variables, capacity * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	e->variables = grown;
	e->capacity = capacity;
	e->variables[e->count] = NULL;
	return 0;
}

static int
append(struct environment *e, char *variable)
{
	int r = make_room(e);

	if (r < 0)
		return r;
	e->variables[e->count++] = variable;
	e->variables[e->count] = NULL;
	return 0;
}

static void
remove_name(struct environment *e, const char *name, size_t length)
{
	for (size_t i = 0; i < e->count; i++)
		if (is_named(e->variables[i], name, length)) {
			e->variables[i] = e->variables[--e->count];
			e->variables[e->count] = NULL;
			i--;
		}
}

/*
 * The new strings form a list, each with a pointer to the one before in
 * front, so that none moves when another is added.
 */
static int
set(struct environment *e, const char *name, size_t length, const char *value,
    size_t value_length)
{
	char *block = malloc(sizeof(char *) + length + value_length + 2);
	char *variable;

	if (!block)
		return -ENOMEM;
	memcpy(block, &e->text, sizeof(char *));
	e->text = block;
	variable = block + sizeof(char *);
	memcpy(variable, name, length);
	variable[length] = '=';
	memcpy(variable + length + 1, value, value_length);
	variable[length + 1 + value_length] = '\0';
	remove_name(e, name, length);
	return append(e, variable);
}

int
environment_set(struct environment *e, const char *name, const char *value)
{
	return set(e, name, strlen(name), value, strlen(value));
}

/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
static int
read_file(const char *path, char **ret_text, size_t *ret_length)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	char *text = NULL;
	ssize_t n = -1;
	int error = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		error = errno;
	else if (!S_ISREG(st.st_mode))
		error = EINVAL;
	else if (!(text = malloc(FILE_SIZE_MAX + 1)))
		error = ENOMEM;
	else if ((n = read(fd, text, FILE_SIZE_MAX + 1)) < 0)
		error = errno;
	else if (n > FILE_SIZE_MAX)
		error = E2BIG;
	close(fd);
	if (n < 0 || n > FILE_SIZE_MAX) {
		free(text);
		return -error;
	}
	text[n] = '\0';
	*ret_text = text;
	*ret_length = (size_t)n;
	return 0;
}

int
environment_add(struct environment *e, char *variable)
{
	remove_name(e, variable, name_length(variable));
	return append(e, variable);
}

static int
add_secret(struct environment *e, const struct variable *secret)
{
	size_t length = 0;
	char *text = NULL;
	int r = read_file(secret->value, &text, &length);

	if (!text) {
		e->trouble = secret->value;
		return r;
	}
	if (length > 0 && text[length - 1] == '\n')
		length--;
	if (length > 0 && text[length - 1] == '\r')
		length--;
	/* A NUL byte cannot be in the environment: the value would be cut. */
	if (memchr(text, '\0', length)) {
		e->trouble = secret->value;
		r = -EILSEQ;
	} else {
		r = set(e, secret->name, strlen(secret->name), text, length);
	}
	free(text);
	return r;
}

static void
strip_quotes(const char **value, size_t *length)
{
	char quote = **value;

	if (*length >= 2 && (quote == '"' || quote == '\'') &&
	    (*value)[*length - 1] == quote) {
		*value += 1;
		*length -= 2;
	}
}

/* One line of an env_file: NAME=VALUE, as docker run --env-file and most shells' .env. */
static int
add_line(struct environment *e, char *line)
{
	size_t length;
	size_t value_length;
	const char *value;

	line += strspn(line, " \t\r");
	if (strncmp(line, "export ", 7) == 0)
		line += 7 + strspn(line + 7, " \t");
	length = name_length(line);
	if (*line == '\0' || *line == '#' || *line == ';')
		return 0;
	if (length == 0 || line[length] != '=' || strcspn(line, " \t") < length)
		return -EINVAL;
	value = line + length + 1;
	value_length = strlen(value);
	while (value_length > 0 && strchr(" \t\r", value[value_length - 1]))
		value_length--;
	strip_quotes(&value, &value_length);
	return set(e, line, length, value, value_length);
}

static int
add_file(struct environment *e, const char *path)
{
	size_t length = 0;
	char *text = NULL;
	char *rest;
	int r = read_file(path, &text, &length);

	if (text) {
		rest = text;
		if (memchr(text, '\0', length))
			r = -EILSEQ;
		while (r == 0 && rest)
			r = add_line(e, strsep(&rest, "\n"));
		free(text);
	}
	if (r < 0)
		e->trouble = path;
	return r;
}

static int
add_inherited(struct environment *e, const struct words *unset, char *const *inherited)
{
	for (; *inherited; inherited++) {
		int r = append(e, *inherited);

		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < unset->count; i++)
		remove_name(e, unset->items[i], strlen(unset->items[i]));
	return 0;
}

static int
add_user(struct environment *e, const struct identity *identity)
{
	int r = 0;

	if (identity->home)
		r = environment_set(e, "HOME", identity->home);
	if (r == 0 && identity->name)
		r = environment_set(e, "USER", identity->name);
	if (r == 0 && identity->name)
		r = environment_set(e, "LOGNAME", identity->name);
	return r;
}

static int
build(struct environment *e, const struct service_config *c, char *const *inherited)
{
	int r = make_room(e);

	if (r == 0)
		r = add_inherited(e, &c->unset, inherited);
	if (r == 0)
		r = add_user(e, &c->identity);
	for (size_t i = 0; r == 0 && i < c->env_files.count; i++)
		r = add_file(e, c->env_files.items[i]);
	for (size_t i = 0; r == 0 && i < c->env.count; i++)
		r = environment_set(e, c->env.items[i].name, c->env.items[i].value);
	for (size_t i = 0; r == 0 && i < c->secrets.count; i++)
		r = add_secret(e, &c->secrets.items[i]);
	return r;
}

int
environment_build(
    struct environment *e, const struct service_config *c, char *const *inherited)
{
	int r;

	environment_empty(e);
	e->trouble = NULL;
	r = build(e, c, inherited);
	if (r < 0)
		environment_empty(e);
	return r;
}

void
environment_empty(struct environment *e)
{
	while (e->text) {
		char *next;

		memcpy(&next, e->text, sizeof(char *));
		free(e->text);
		e->text = next;
	}
	e->count = 0;
	if (e->variables)
		e->variables[0] = NULL;
}

void
environment_clear(struct environment *e)
{
	environment_empty(e);
	free(e->variables);
	*e = (struct environment){0};
}
