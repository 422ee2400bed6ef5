#include "healthcheck/library.h"

#ifndef PROCTOR_STATIC

#include <dlfcn.h>
#include <string.h>

bool
library_open(
    const char *file, const struct library_symbol *symbols, const struct finding *f)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return finding_bad(f, "this kind of probe needs %s: %s", file, dlerror());
	for (; symbols->name; symbols++) {
		/* What it depends on is searched as well. */
		void *symbol = dlsym(library, symbols->name);

		if (!symbol)
			return finding_bad(f, "%s has no %s", file, symbols->name);
		/* ISO C converts no pointer to an object to one to a function. */
		memcpy(symbols->function, &symbol, sizeof(symbol));
	}
	return true;
}

#endif
