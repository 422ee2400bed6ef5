#include "supervisor/samples.h"

#include <string.h>

static const char *
type_name(enum sample_type type, bool openmetrics)
{
	switch (type) {
	case SAMPLE_COUNTER:
		return "counter";
	case SAMPLE_SUMMARY:
		return "summary";
	case SAMPLE_STATESET:
		return openmetrics ? "stateset" : "gauge";
	case SAMPLE_INFO:
		return openmetrics ? "info" : "gauge";
	case SAMPLE_GAUGE:
		return "gauge";
	}
	return "unknown";
}

/* In the older format a family is called what its samples are. */
static const char *
family_suffix(enum sample_type type, bool openmetrics)
{
	if (openmetrics)
		return "";
	return type == SAMPLE_COUNTER ? "_total" : type == SAMPLE_INFO ? "_info" : "";
}

void
sample_family(struct text *t, const struct sample_head *h, bool openmetrics)
{
	const char *suffix = family_suffix(h->type, openmetrics);
	const char *type = type_name(h->type, openmetrics);

	text_format(t, "# HELP %s%s %s\n", h->name, suffix, h->help);
	text_format(t, "# TYPE %s%s %s\n", h->name, suffix, type);
	if (openmetrics && h->unit)
		text_format(t, "# UNIT %s%s %s\n", h->name, suffix, h->unit);
}

static void
add_escaped(struct text *t, const char *value)
{
	while (*value) {
		size_t plain = strcspn(value, "\\\"\n");

		text_add_bytes(t, value, plain);
		value += plain;
		if (*value == '\0')
			return;
		text_add(t, *value == '\n' ? "\\n" : *value == '"' ? "\\\"" : "\\\\");
		value++;
	}
}

void
sample_begin(struct text *t, const char *family, const char *suffix)
{
	text_add(t, family);
	text_add(t, suffix);
}

/* A name does not end in a quote, and a label does. */
static bool
has_labels(const struct text *t)
{
	return t->length > 0 && t->bytes[t->length - 1] == '"';
}

void
sample_label(struct text *t, const char *name, const char *value)
{
	text_add(t, has_labels(t) ? "," : "{");
	text_add(t, name);
	text_add(t, "=\"");
	add_escaped(t, value);
	text_add(t, "\"");
}

static void
end_labels(struct text *t)
{
	text_add(t, has_labels(t) ? "} " : " ");
}

void
sample_value(struct text *t, uint64_t value)
{
	end_labels(t);
	text_add_number(t, value);
	text_add(t, "\n");
}

void
sample_seconds(struct text *t, usec_t value)
{
	end_labels(t);
	text_add_seconds(t, value);
	text_add(t, "\n");
}
