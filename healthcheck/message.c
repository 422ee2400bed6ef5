#include "healthcheck/message.h"

#include <string.h>

enum { PREFIX_SIZE = 5, TAG_SERVICE = 0x0a, TAG_STATUS = 0x08 };

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* A field of bytes: its tag, its length in sevens of bits, the bytes. */
static uint8_t *
put_text(uint8_t *out, const char *text, size_t length)
{
	*out++ = TAG_SERVICE;
	if (length >= 0x80)
		*out++ = (uint8_t)(0x80 | (length & 0x7f));
	*out++ = (uint8_t)(length >= 0x80 ? length >> 7 : length);
	memcpy(out, text, length);
	return out + length;
}

size_t
message_make(uint8_t message[MESSAGE_SIZE], const char *service)
{
	size_t length = strnlen(service, MESSAGE_SERVICE_MAX);
	uint8_t *end = message + PREFIX_SIZE;
	size_t size;

	if (length > 0)
		end = put_text(end, service, length);
	size = (size_t)(end - message) - PREFIX_SIZE;
	memset(message, 0, PREFIX_SIZE);
	message[3] = (uint8_t)(size >> 8);
	message[4] = (uint8_t)(size & 0xff);
	return size + PREFIX_SIZE;
}

/* A field that is 0 is left out. */
int
message_status(const uint8_t *message, size_t length)
{
	static const uint8_t small[] = {0, 0, 0, 0};
	size_t size = length < PREFIX_SIZE ? 0 : message[4];

	if (length < PREFIX_SIZE + size || length < PREFIX_SIZE ||
	    memcmp(message, small, sizeof(small)) != 0)
		return -1;
	if (size == 0)
		return 0;
	if (size < 2 || message[5] != TAG_STATUS)
		return -1;
	return message[6];
}

const char *
message_status_name(int status)
{
	static const char *const names[] = {
	    "UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};

	return status >= 0 && status < (int)LENGTH(names) ? names[status] : NULL;
}

const char *
message_call_status_name(int status)
{
	static const char *const names[] = {"OK", "CANCELLED", "UNKNOWN",
	    "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
	    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
	    "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
	    "UNAUTHENTICATED"};

	return status >= 0 && status < (int)LENGTH(names) ? names[status]
							  : "of no known number";
}
