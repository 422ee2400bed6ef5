/* print bash|zsh|fish: the completion for this shell, to standard output. */

#include <signal.h>
#include <string.h>

#include "completion/completion.h"
#include "config/keys.h"
#include "config/signals.h"

static bool
came_before(size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (strcmp(keys_at(i)->name, keys_at(index)->name) == 0)
			return true;
	}
	return false;
}

void
print_keys(FILE *out)
{
	for (size_t i = 0; i < keys_count(); i++) {
		if (!came_before(i))
			fprintf(out, "%s%s", i > 0 ? " " : "", keys_at(i)->name);
	}
}

void
print_signals(FILE *out)
{
	for (int i = 1; i < 32; i++)
		fprintf(out, "%s%s", i > 1 ? " " : "", signal_name(i) + strlen("SIG"));
}

void
print_escaped(FILE *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			fputc('\\', out);
		fputc(*text, out);
	}
}

int
main(int argc, char **argv)
{
	const char *shell = argc > 1 ? argv[1] : "";

	if (strcmp(shell, "bash") == 0)
		complete_bash(stdout);
	else if (strcmp(shell, "zsh") == 0)
		complete_zsh(stdout);
	else if (strcmp(shell, "fish") == 0)
		complete_fish(stdout);
	else
		return 64;
	return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 1;
}
