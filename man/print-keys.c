/* Prints the section KEYS of proctor.ini(5) from config/keys.def. */

#include <stdio.h>

#include "config/help.h"

int
main(void)
{
	keys_print_manual(stdout);
	return fflush(stdout) == 0 && ferror(stdout) == 0 ? 0 : 1;
}
