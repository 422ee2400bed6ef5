#include "supervisor/problem.h"

#include <stdarg.h>
#include <stdio.h>

#include "supervisor/json.h"

void
problem(struct page *page, unsigned status, const char *code, const char *format, ...)
{
	struct text *t = &page->body;
	char message[1024];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	page->kind = PAGE_WHOLE;
	page->status = status;
	page->type = "application/json";
	text_clear(t);
	json_begin_object(t, NULL);
	json_begin_object(t, "error");
	json_string(t, "code", code);
	json_string(t, "message", message);
	json_end_object(t);
	json_end_object(t);
	text_add(t, "\n");
}

static const char *
code_of(unsigned status)
{
	switch (status) {
	case 403:
		return "forbidden";
	case 404:
		return "no-such-resource";
	case 405:
		return "method-not-allowed";
	case 408:
		return "timeout";
	case 503:
		return "busy";
	default:
		return "bad-request";
	}
}

void
problem_of_status(struct page *page, unsigned status, const char *words)
{
	problem(page, status, code_of(status), "%s", words);
}
