/*
 * Prints a configuration with every key of keys.def once, for the corpus of
 * fuzz-config.c: tests/fuzz/corpus/config/every-key.ini.
 */

#include <stdio.h>
#include <string.h>

#include "config/keys.h"

static const char *const samples[KEY_TYPE_COUNT] = {
    [TYPE_COMMAND] = "program \"two words\" 'it is; # ${HOME:-/root}' \\; ; a comment",
    [TYPE_DURATION] = "1500ms",
    [TYPE_HEADER] = "\"a b\" ; not quoted as a whole",
    [TYPE_INSTANCES] = "cpus",
    [TYPE_INTEGER] = "10",
    [TYPE_LIMIT] = "1k:unlimited",
    [TYPE_NAMES] = "base",
    [TYPE_OCTAL] = "027",
    [TYPE_PROBE] = "https://[::1]:8443/%i?${A:-b}",
    [TYPE_SHELL] = "exec program %i # ${UNTOUCHED}",
    [TYPE_SIGNAL_PAIRS] = "HUP TERM:QUIT RTMIN+3:USR1",
    [TYPE_TEXT] = "\"0\"",
    [TYPE_TEXT_OR_OFF] = "127.0.0.1:9180",
    [TYPE_VARIABLE] = "'a ; b' ; not quoted as a whole: \"x\" y",
    [TYPE_WORDS] = "/run/a.pid \"/run/b c.pid\"",
};

static void
print_key(const struct key *key)
{
	const char *value = key->fallback != NULL ? key->fallback : samples[key->type];
	const char *name = "";

	if (key_is_family(key))
		name = key->type == TYPE_LIMIT ? "nofile" : "NAME_%i";
	if (key->type == TYPE_HEADER)
		name = "Name";
	if (key->type == TYPE_READY)
		value = "notify";
	if (key->type == TYPE_VARIABLE && strcmp(key->name, "secret.") == 0)
		name = "SECRET";
	if (strcmp(key->name, "groups") == 0)
		value = "0 20";
	if (strcmp(key->name, "service") == 0)
		value = "base";
	printf("%s%s = %s\n", key->name, name, value);
}

/* The keys of these sections that none of the others has. */
static void
print_keys(unsigned sections, unsigned others, int not_this)
{
	for (size_t i = 0; i < keys_count(); i++) {
		const struct key *key = keys_at(i);

		if ((key->sections & sections) != 0 && (key->sections & others) == 0 &&
		    (int)key->type != not_this)
			print_key(key);
	}
}

int
main(void)
{
	puts("; Made by tests/fuzz/print-seed.c from config/keys.def.");
	puts("[proctor]");
	print_keys(SECTION_PROCTOR, 0, KEY_TYPE_COUNT);
	puts("\n[service base]");
	printf("shell = %s\n", samples[TYPE_SHELL]);
	print_keys(SECTION_SERVICE, SECTION_TASK, KEY_TYPE_COUNT);
	puts("\n[task every]");
	print_keys(SECTION_TASK, 0, TYPE_SHELL);
	puts("\n[check base]");
	print_keys(SECTION_CHECK, 0, KEY_TYPE_COUNT);
	return 0;
}
