/* Says its name and the time once a minute until it is stopped. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	char text[sizeof("23:59")];

	for (;;) {
		time_t now = time(NULL);

		strftime(text, sizeof(text), "%H:%M", gmtime(&now));
		printf("clock %s: %s\n", argc > 1 ? argv[1] : "?", text);
		fflush(stdout);
		sleep(60);
	}
}
