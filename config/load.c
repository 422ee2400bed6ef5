#include "config/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/build.h"
#include "config/check.h"
#include "config/reader.h"
#include "config/section.h"
#include "config/settle.h"
#include "config/words.h"

/* What has been read so far. */
struct loader {
	struct arena arena;
	struct sections sections;
	struct words files;
	const struct load_options *options;
	struct diags *diags;
};

static void
loader_init(
    struct loader *loader, const struct load_options *options, struct diags *diags)
{
	*loader = (struct loader){.options = options, .diags = diags};
	loader->files = words_none(&loader->arena);
	loader->sections = (struct sections){.arena = &loader->arena, .diags = diags};
}

static void
add_text(struct loader *loader, const char *file, const char *text, size_t length)
{
	struct entries entries =
	    reader_parse(&loader->arena, loader->diags, file, text, length);

	words_add(&loader->arena, &loader->files,
	    arena_copy(&loader->arena, file, strlen(file)));
	sections_add(&loader->sections, file, &entries);
}

static void
add_file(struct loader *loader, const char *file)
{
	size_t length = 0;
	char *text = NULL;

	if (reader_read(&loader->arena, loader->diags, file, &text, &length) == 0)
		add_text(loader, file, text, length);
}

/* As the pattern *.ini of a shell, which passes over hidden files. */
static int
is_drop_in(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot != NULL && dot != entry->d_name && *entry->d_name != '.' &&
	    strcmp(dot, ".ini") == 0;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void
add_drop_ins(struct loader *loader, const char *path)
{
	const char *folder = arena_format(&loader->arena, "%s.d", path);
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_drop_in, by_bytes);

	if (count < 0 && errno != ENOENT)
		diags_add(loader->diags, SEVERITY_ERROR, folder, 0, "cannot be read: %s",
		    strerror(errno));
	for (int i = 0; i < count; i++) {
		add_file(loader,
		    arena_format(&loader->arena, "%s/%s", folder, entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
}

/* CPUs are counted when a section asks for them. */
static struct load_world
this_world(void)
{
	return (struct load_world){.uid = geteuid(),
	    .gid = getegid(),
	    .passwd = "/etc/passwd",
	    .group = "/etc/group"};
}

/* Gives back everything but the result. */
static int
finish(struct loader *loader, const char *path, struct config *ret_config)
{
	struct load_world here = this_world();
	const struct load_world *world = loader->options->world;
	struct config config = {0};
	struct draft draft = {.sections = &loader->sections,
	    .config = &config,
	    .diags = loader->diags,
	    .path = path,
	    .options = loader->options,
	    .world = world != NULL ? world : &here};

	build(&draft);
	check(&draft);
	config.files = loader->files;
	settle_words(&config.arena, &config.files);
	arena_clear(&loader->arena);
	if (loader->diags->errors != 0) {
		config_free(&config);
		return -EINVAL;
	}
	*ret_config = config;
	return 0;
}

int
config_load(const char *path, const struct load_options *options, struct diags *diags,
    struct config *ret_config)
{
	struct loader loader;

	loader_init(&loader, options, diags);
	add_file(&loader, path);
	add_drop_ins(&loader, path);
	return finish(&loader, path, ret_config);
}

int
config_load_text(const char *path, const char *text, size_t length,
    const struct load_options *options, struct diags *diags, struct config *ret_config)
{
	struct loader loader;

	loader_init(&loader, options, diags);
	add_text(&loader, path, text, length);
	return finish(&loader, path, ret_config);
}

void
config_free(struct config *config)
{
	arena_clear(&config->arena);
	*config = (struct config){0};
}
