#include "config/reader.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_LENGTH_MAX = 1024 * 1024, LINE_LENGTH_MAX = 64 * 1024 };

enum shape { SHAPE_NEITHER, SHAPE_SECTION, SHAPE_PAIR };

/* A logical line: neither empty nor a comment, no blanks around it. */
struct line {
	unsigned number;
	char *text;
	enum shape shape; /* what inih takes its stand-in for */
};

/* One file on its way. */
struct reader {
	struct arena *arena;
	struct diags *diags;
	const char *file;

	char *text; /* what is left to read; ours to write to */
	char *end;
	unsigned number; /* of the physical line read last */

	struct line *lines;
	size_t count;

	size_t fed; /* lines whose stand-in inih has */
	bool probing; /* the pair behind a header comes next */
};

static void
fail(const struct reader *reader, unsigned line, const char *text)
{
	diags_add(reader->diags, SEVERITY_ERROR, reader->file, line, "%s", text);
}

/* The next physical line without its end; false: there is none. */
static bool
next_physical(struct reader *reader, char **ret_start, size_t *ret_length)
{
	size_t left = (size_t)(reader->end - reader->text);
	char *newline = memchr(reader->text, '\n', left);
	size_t length = newline == NULL ? left : (size_t)(newline - reader->text);

	if (left == 0)
		return false;
	*ret_start = reader->text;
	reader->text += newline == NULL ? length : length + 1;
	reader->number++;
	if (length > 0 && (*ret_start)[length - 1] == '\r')
		length--;
	*ret_length = length;
	return true;
}

/* An odd number of backslashes; of an even one each escapes another. */
static bool
goes_on(const char *text, size_t length)
{
	size_t backslashes = 0;

	while (backslashes < length && text[length - 1 - backslashes] == '\\')
		backslashes++;
	return backslashes % 2 == 1;
}

static void
trim_start(char **text, size_t *length)
{
	while (*length > 0 && isspace((unsigned char)**text)) {
		(*text)++;
		(*length)--;
	}
}

static void
trim(char **text, size_t *length)
{
	trim_start(text, length);
	while (*length > 0 && isspace((unsigned char)(*text)[*length - 1]))
		(*length)--;
}

/*
 * Takes the blanks off, and joins the lines that follow a backslash, by one
 * space each.  In place: a space takes the room of a backslash and a newline.
 */
static void
join(struct reader *reader, char **text, size_t *length)
{
	bool more = goes_on(*text, *length);
	size_t part_length;
	char *part;

	*length -= more;
	trim(text, length);
	while (more && next_physical(reader, &part, &part_length)) {
		more = goes_on(part, part_length);
		part_length -= more;
		trim(&part, &part_length);
		if (*length > 0 && part_length > 0)
			(*text)[(*length)++] = ' ';
		memmove(*text + *length, part, part_length);
		*length += part_length;
	}
}

static bool
is_sound(const struct reader *reader, unsigned number, const char *text, size_t length)
{
	if (memchr(text, '\0', length) != NULL) {
		fail(reader, number, "a NUL byte is in this line; write text only");
		return false;
	}
	if (length > LINE_LENGTH_MAX) {
		fail(reader, number, "this line is longer than 64 KiB; make it shorter");
		return false;
	}
	return true;
}

static void
collect_lines(struct reader *reader)
{
	struct line line = {.shape = SHAPE_NEITHER};
	size_t length;

	while (next_physical(reader, &line.text, &length)) {
		line.number = reader->number;
		trim_start(&line.text, &length);
		/* A backslash at the end of a comment is part of it. */
		if (length == 0 || *line.text == ';' || *line.text == '#')
			continue;
		join(reader, &line.text, &length);
		if (length == 0 || !is_sound(reader, line.number, line.text, length))
			continue;
		line.text[length] = '\0';
		reader->lines =
		    arena_grow(reader->arena, reader->lines, reader->count, sizeof(line));
		reader->lines[reader->count++] = line;
	}
}

/* inih's fgets(): the stand-in for the next line. */
static char *
feed(char *buffer, int size, void *user)
{
	struct reader *reader = user;
	const char *text;

	if (reader->probing) {
		reader->probing = false;
		snprintf(buffer, (size_t)size, "%zu=\n", reader->fed);
		return buffer;
	}
	if (reader->fed == reader->count)
		return NULL;
	text = reader->lines[reader->fed++].text;
	if (*text == '[') {
		reader->probing = strchr(text, ']') != NULL;
		snprintf(buffer, (size_t)size, "[%zu%s\n", reader->fed,
		    reader->probing ? "]" : "");
	} else {
		snprintf(buffer, (size_t)size, "%zu%s\n", reader->fed,
		    strchr(text, '=') != NULL ? "=" : "");
	}
	return buffer;
}

/* inih's handler: the line that was fed last is a header or a pair. */
static int
take(void *user, const char *section, const char *name, const char *value)
{
	struct reader *reader = user;
	struct line *line = &reader->lines[reader->fed - 1];

	(void)section;
	(void)name;
	(void)value;
	line->shape = *line->text == '[' ? SHAPE_SECTION : SHAPE_PAIR;
	return 1;
}

static void
refuse(const struct reader *reader, const struct line *line)
{
	const char *shown = diag_quote(reader->arena, line->text);
	size_t key = strspn(line->text, "abcdefghijklmnopqrstuvwxyz_. \t");
	const char *text;

	if (*line->text == '[')
		text = arena_format(reader->arena, "a ] is missing in %s", shown);
	else if (line->text[key] == ':')
		text = arena_format(reader->arena,
		    "expected KEY = VALUE; write = in place of : in %s", shown);
	else
		text = arena_format(
		    reader->arena, "expected KEY = VALUE or [SECTION], not %s", shown);
	fail(reader, line->number, text);
}

static void
add_entry(struct reader *reader, struct entries *entries, struct entry entry)
{
	entries->items =
	    arena_grow(reader->arena, entries->items, entries->count, sizeof(entry));
	entries->items[entries->count++] = entry;
}

static void
add_section(struct reader *reader, const struct line *line, struct entries *entries)
{
	size_t length = strcspn(line->text, "]") - 1;
	const char *rest = line->text + length + 2;
	char *name = line->text + 1;

	rest += strspn(rest, " \t");
	if (*rest != '\0' && *rest != ';')
		fail(reader, line->number,
		    arena_format(reader->arena,
			"%s stands behind the header; write it in a line "
			"of its own, or ; in front of a comment",
			diag_quote(reader->arena, rest)));
	trim(&name, &length);
	name[length] = '\0';
	add_entry(reader, entries,
	    (struct entry){.kind = ENTRY_SECTION, .line = line->number, .name = name});
}

static void
add_pair(struct reader *reader, const struct line *line, struct entries *entries)
{
	size_t length = strcspn(line->text, "=");
	char *key = line->text;
	const char *value = key + length + 1;

	if (memchr(key, ':', length) != NULL) {
		refuse(reader, line);
		return;
	}
	trim(&key, &length);
	if (length == 0) {
		fail(reader, line->number,
		    "a key is missing in front of =; write KEY = VALUE");
		return;
	}
	key[length] = '\0';
	add_entry(reader, entries,
	    (struct entry){.kind = ENTRY_PAIR,
		.line = line->number,
		.name = key,
		.value = value + strspn(value, " \t\r\v\f")});
}

static void
add_line(struct reader *reader, const struct line *line, struct entries *entries)
{
	switch (line->shape) {
	case SHAPE_NEITHER:
		refuse(reader, line);
		if (*line->text == '[')
			add_entry(reader, entries,
			    (struct entry){
				.kind = ENTRY_BROKEN_SECTION, .line = line->number});
		break;
	case SHAPE_SECTION:
		add_section(reader, line, entries);
		break;
	case SHAPE_PAIR:
		add_pair(reader, line, entries);
		break;
	}
}

/* False: this is no text that could be read line by line. */
static bool
skip_mark(struct reader *reader)
{
	size_t length = (size_t)(reader->end - reader->text);

	if (length >= 3 && memcmp(reader->text, "\xef\xbb\xbf", 3) == 0)
		reader->text += 3;
	if (length >= 2 &&
	    (memcmp(reader->text, "\xff\xfe", 2) == 0 ||
		memcmp(reader->text, "\xfe\xff", 2) == 0)) {
		fail(reader, 0, "this is UTF-16; save it as UTF-8");
		return false;
	}
	return true;
}

struct entries
reader_parse(struct arena *arena, struct diags *diags, const char *file, const char *text,
    size_t length)
{
	struct entries entries = {0};
	struct reader reader = {.arena = arena, .diags = diags, .file = file};

	reader.text = arena_copy(arena, text, length);
	reader.end = reader.text + length;
	if (!skip_mark(&reader))
		return entries;
	collect_lines(&reader);
	/* Its line of the first error is the number of a stand-in. */
	(void)ini_parse_stream(feed, &reader, take, &reader);
	for (size_t i = 0; i < reader.count; i++)
		add_line(&reader, &reader.lines[i], &entries);
	return entries;
}

static int
read_all(int fd, char *buffer, size_t size, size_t *ret_length)
{
	size_t length = 0;
	ssize_t n;

	while ((n = read(fd, buffer + length, size - length)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		length += (size_t)n;
		if (length == size)
			return -EFBIG;
	}
	*ret_length = length;
	return 0;
}

/* A file that is longer than it said gives no room for that: -EFBIG. */
static int
read_regular(struct arena *arena, int fd, char **ret_text, size_t *ret_length)
{
	struct stat status;
	size_t size;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -ENOTBLK;
	if (status.st_size > FILE_LENGTH_MAX)
		return -EFBIG;
	size = FILE_LENGTH_MAX + 1;
	*ret_text = arena_alloc(arena, size);
	return read_all(fd, *ret_text, size, ret_length);
}

int
reader_read(struct arena *arena, struct diags *diags, const char *file, char **ret_text,
    size_t *ret_length)
{
	/* Not blocking, for a FIFO, which will then be refused. */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int result = fd < 0 ? -errno : read_regular(arena, fd, ret_text, ret_length);

	if (fd >= 0)
		close(fd);
	if (result == -ENOTBLK)
		diags_add(diags, SEVERITY_ERROR, file, 0, "this is not a regular file");
	else if (result == -EFBIG)
		diags_add(
		    diags, SEVERITY_ERROR, file, 0, "this file is larger than 1 MiB");
	else if (result < 0)
		diags_add(diags, SEVERITY_ERROR, file, 0, "cannot be read: %s",
		    strerror(-result));
	return result;
}
