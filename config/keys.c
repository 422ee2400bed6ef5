#include "config/keys.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "config/diag.h"
#include "config/expand.h"
#include "config/nearest.h"
#include "config/words.h"

/* A row whose field is not of the type it claims stops the build here. */
#define TYPE(name, field) typedef field type_##name;
KEY_TYPES(TYPE)
#undef TYPE

#define FIELD_IS(owner, name, type, field)                                               \
	static_assert(                                                                   \
	    _Generic(((struct owner *)0)->field, type_##type : 1, default : 0),          \
	    name ": the field has the wrong type");

#define PROCTOR_KEY(name, type, field, fallback, min, max, since, text)                  \
	FIELD_IS(config, name, type, field)
#define KEY(sections, name, type, field, fallback, min, max, since, text)                \
	FIELD_IS(service_config, name, type, field)
#define CHECK_KEY(name, type, field, fallback, min, max, since, text)                    \
	FIELD_IS(check_config, name, type, field)
#include "config/keys.def"
#undef PROCTOR_KEY
#undef KEY
#undef CHECK_KEY

#define PROCTOR_KEY(name, type, field, fallback, min, max, since, text)                  \
	{SECTION_PROCTOR, name, TYPE_##type, offsetof(struct config, field), fallback,   \
	    min, max, since, text},
#define KEY(sections, name, type, field, fallback, min, max, since, text)                \
	{sections, name, TYPE_##type, offsetof(struct service_config, field), fallback,  \
	    min, max, since, text},
#define CHECK_KEY(name, type, field, fallback, min, max, since, text)                    \
	{SECTION_CHECK, name, TYPE_##type, offsetof(struct check_config, field),         \
	    fallback, min, max, since, text},
static const struct key keys[] = {
#include "config/keys.def"
};
#undef PROCTOR_KEY
#undef KEY
#undef CHECK_KEY

enum { KEYS_COUNT = sizeof(keys) / sizeof(keys[0]) };

size_t
keys_count(void)
{
	return KEYS_COUNT;
}

const struct key *
keys_at(size_t index)
{
	return &keys[index];
}

const char *
section_kind_name(unsigned section)
{
	switch (section) {
	case SECTION_SERVICE:
		return "service";
	case SECTION_TASK:
		return "task";
	case SECTION_MAIN:
		return "main";
	case SECTION_CHECK:
		return "check";
	default:
		return "proctor";
	}
}

bool
key_is_list(const struct key *key)
{
	return type_get(key->type)->list;
}

bool
key_is_family(const struct key *key)
{
	return key->name[strlen(key->name) - 1] == '.';
}

static bool
matches(const struct key *key, const char *name)
{
	if (key_is_family(key))
		return strncmp(name, key->name, strlen(key->name)) == 0;
	return strcmp(name, key->name) == 0;
}

static const struct key *
find(unsigned sections, const char *name)
{
	for (size_t i = 0; i < KEYS_COUNT; i++) {
		if ((keys[i].sections & sections) != 0 && matches(&keys[i], name))
			return &keys[i];
	}
	return NULL;
}

const struct key *
key_find(unsigned section, const char *name, const char **ret_suffix)
{
	const struct key *key = find(section, name);

	if (key == NULL)
		return NULL;
	*ret_suffix = key_is_family(key) ? name + strlen(key->name) : "";
	return key;
}

const char *
sections_text(struct arena *arena, unsigned sections)
{
	const char *text = "";

	for (unsigned bit = 1; bit <= SECTION_LAST; bit <<= 1) {
		bool last = (sections & ~(2 * bit - 1)) == 0;

		if ((sections & bit) == 0)
			continue;
		text = arena_format(arena, "%s%s[%s]", text,
		    *text == '\0' ? ""
			: last	  ? " and "
				  : ", ",
		    section_kind_name(bit));
	}
	return text;
}

/* Of env.NAME only "env." can be misspelt. */
const struct key *
key_nearest(struct arena *arena, unsigned sections, const char *name)
{
	struct nearest nearest = nearest_to(name);
	struct nearest family = nearest_to(
	    arena_copy(arena, name, strcspn(name, ".") + (strchr(name, '.') != NULL)));

	for (size_t i = 0; i < KEYS_COUNT; i++) {
		if ((keys[i].sections & sections) == 0)
			continue;
		nearest_offer(key_is_family(&keys[i]) ? &family : &nearest, keys[i].name);
	}
	if (nearest.best == NULL ||
	    (family.best != NULL && family.distance < nearest.distance))
		nearest = family;
	return nearest.best == NULL ? NULL : find(sections, nearest.best);
}

/* Where there is a key of this name. */
static unsigned
sections_with(const char *name)
{
	unsigned sections = 0;

	for (size_t i = 0; i < KEYS_COUNT; i++) {
		if (matches(&keys[i], name))
			sections |= keys[i].sections;
	}
	return sections;
}

const char *
key_unknown(struct arena *arena, unsigned sections, const char *name)
{
	unsigned others = sections_with(name);
	const struct key *key;

	if (others != 0)
		return arena_format(arena, "%s is a key of %s, not of %s",
		    diag_quote(arena, name), sections_text(arena, others),
		    sections_text(arena, sections));
	key = key_nearest(arena, sections, name);
	if (key == NULL)
		return arena_format(arena, "unknown key %s", diag_quote(arena, name));
	return arena_format(arena, "unknown key %s; did you mean '%s%s'?",
	    diag_quote(arena, name), key->name, key_is_family(key) ? "NAME" : "");
}

static const char *
trim_end(struct arena *arena, const char *text, size_t length)
{
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		length--;
	return arena_copy(arena, text, length);
}

/* The text as the setter of the type wants it. */
static int
prepare(struct value_context *context, enum text_form form, const char *text,
    const char **ret_text)
{
	if (context->verbatim) {
		*ret_text = text;
		return 0;
	}
	if (form == FORM_SHELL) {
		*ret_text = expand_instance(context, text);
		return 0;
	}
	text = trim_end(context->arena, text, words_comment_start(text));
	if (form == FORM_TEXT)
		return expand(context, words_unquote(context->arena, text), ret_text);
	*ret_text = text;
	return 0;
}

int
key_set(struct value_context *context, const struct key *key, const char *suffix,
    const char *text, void *target)
{
	const struct type *type = type_get(key->type);
	struct assignment assignment = {
	    .key = key, .suffix = suffix, .field = (char *)target + key->offset};

	if (key_is_family(key) && *suffix == '\0')
		return value_fail(context, "a name is missing; write %sNAME", key->name);
	if (prepare(context, type->form, text, &assignment.text) < 0)
		return -EINVAL;
	if (*assignment.text == '\0' && (!type->sized || key->min > 0))
		return value_fail(
		    context, "has no value; write one, or leave the line out");
	return type->set(context, &assignment);
}

void
key_clear(struct arena *arena, const struct key *key, void *target)
{
	type_clear(arena, key->type, (char *)target + key->offset);
}

void
keys_set_defaults(struct arena *arena, unsigned sections, void *target)
{
	struct value_context context = {.arena = arena, .verbatim = true};

	for (size_t i = 0; i < KEYS_COUNT; i++) {
		if ((keys[i].sections & sections) == 0)
			continue;
		key_clear(arena, &keys[i], target);
		/* That all defaults are valid is for a unit test to prove. */
		if (keys[i].fallback != NULL)
			(void)key_set(&context, &keys[i], "", keys[i].fallback, target);
	}
}

void
keys_settle(struct arena *arena, unsigned sections, void *target)
{
	for (size_t i = 0; i < KEYS_COUNT; i++) {
		if ((keys[i].sections & sections) != 0)
			type_settle(arena, keys[i].type, (char *)target + keys[i].offset);
	}
}
