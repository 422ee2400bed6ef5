#ifndef TESTS_UNIT_CONFIG_FIXTURE_H
#define TESTS_UNIT_CONFIG_FIXTURE_H

/*
 * What the tests of config/ share: loading text and files, and comparing all
 * that is said about them with what should be.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/load.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* A configuration and what was said about it. */
struct loaded {
	struct diags diags;
	struct config config;
	int result;
	char *said; /* as diags_print() prints it */
};

static inline void
say(struct loaded *l)
{
	size_t length;
	FILE *out = open_memstream(&l->said, &length);

	assert_non_null(out);
	diags_print(&l->diags, out);
	fclose(out);
}

/* Root, four CPUs, nobody known. */
static inline const struct load_world *
plain_world(void)
{
	static const struct load_world world = {
	    .cpus = 4, .passwd = "/dev/null", .group = "/dev/null"};

	return &world;
}

static inline struct loaded
load_with(const char *text, const struct load_options *options)
{
	struct loaded l = {0};

	l.result =
	    config_load_text("t.ini", text, strlen(text), options, &l.diags, &l.config);
	say(&l);
	return l;
}

static inline struct loaded
load(const char *text)
{
	struct load_options options = {.world = plain_world()};

	return load_with(text, &options);
}

static inline struct loaded
load_file(const char *path, char *const *environment)
{
	struct load_options options = {
	    .environment = environment, .world = plain_world()};
	struct loaded l = {0};

	l.result = config_load(path, &options, &l.diags, &l.config);
	say(&l);
	return l;
}

static inline void
unload(struct loaded *l)
{
	config_free(&l->config);
	diags_clear(&l->diags);
	free(l->said);
}

/* The first service, of a text that must be fine. */
static inline const struct service_config *
only(const struct loaded *l)
{
	assert_string_equal(l->said, "");
	assert_int_equal(l->result, 0);
	assert_true(l->config.count > 0);
	return &l->config.services[0];
}

static inline const struct service_config *
service_named(const struct loaded *l, const char *name)
{
	assert_string_equal(l->said, "");
	for (size_t i = 0; i < l->config.count; i++) {
		if (strcmp(l->config.services[i].name, name) == 0)
			return &l->config.services[i];
	}
	fail_msg("there is no service '%s'", name);
	return NULL;
}

static inline void
assert_words(const struct words *words, const char *const *wanted)
{
	size_t count = 0;

	for (; wanted[count] != NULL; count++) {
		assert_true(count < words->count);
		assert_string_equal(words->items[count], wanted[count]);
	}
	assert_int_equal(words->count, count);
	assert_null(words->items[count]);
}

#define ASSERT_WORDS(words, ...)                                                         \
	assert_words((words), (const char *const[]){__VA_ARGS__, NULL})

/* Everything that is said about a text, line for line. */
static inline void
assert_says(const char *text, const char *wanted)
{
	struct loaded l = load(text);

	assert_string_equal(l.said, wanted);
	assert_int_equal(l.result, l.diags.errors == 0 ? 0 : -22);
	unload(&l);
}

/* A text and all that is to be said about it. */
struct verdict {
	const char *text;
	const char *said;
};

static inline void
assert_verdicts(const struct verdict *verdicts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_says(verdicts[i].text, verdicts[i].said);
}

/* Files, in a folder of this test that must not be there before. */
static inline char *
folder(void)
{
	static char path[] = "/tmp/proctor-test-XXXXXX";

	if (strstr(path, "XXXXXX") != NULL)
		assert_non_null(mkdtemp(path));
	return path;
}

static inline char *
in_folder(struct arena *arena, const char *name)
{
	return arena_format(arena, "%s/%s", folder(), name);
}

static inline char *
write_bytes(struct arena *arena, const char *name, const char *bytes, size_t length)
{
	char *path = in_folder(arena, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	return path;
}

static inline char *
write_file(struct arena *arena, const char *name, const char *text)
{
	return write_bytes(arena, name, text, strlen(text));
}

static inline void
remove_folder(void)
{
	char command[64];

	char *path = folder();

	snprintf(command, sizeof(command), "rm -rf %s", path);
	assert_int_equal(system(command), 0);
	memcpy(strrchr(path, '-') + 1, "XXXXXX", 6);
}

#endif
