#include "supervisor/head.h"

#include <string.h>
#include <sys/socket.h>

const char *
head_reason(unsigned status)
{
	static const struct {
		unsigned status;
		const char *reason;
	} reasons[] = {
	    {200, "OK"},
	    {202, "Accepted"},
	    {400, "Bad Request"},
	    {403, "Forbidden"},
	    {404, "Not Found"},
	    {405, "Method Not Allowed"},
	    {408, "Request Timeout"},
	    {409, "Conflict"},
	    {411, "Length Required"},
	    {413, "Content Too Large"},
	    {414, "URI Too Long"},
	    {415, "Unsupported Media Type"},
	    {422, "Unprocessable Content"},
	    {431, "Request Header Fields Too Large"},
	    {500, "Internal Server Error"},
	    {501, "Not Implemented"},
	    {503, "Service Unavailable"},
	    {505, "HTTP Version Not Supported"},
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "";
}

static void
add_status_line(struct text *t, unsigned status)
{
	text_format(t, "HTTP/1.1 %u %s\r\n", status, head_reason(status));
}

static void
add_fields(struct text *t, const struct page *page, const struct request *r, usec_t wall)
{
	text_add(t, "Date: ");
	text_add_http_time(t, wall);
	text_format(t, "\r\nContent-Type: %s\r\n", page->type);
	if (page->kind != PAGE_STREAM)
		text_format(t, "Content-Length: %zu\r\n", page->body.length);
	else if (!r->old)
		text_add(t, "Transfer-Encoding: chunked\r\n");
	text_add(t,
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n");
	if (page->status == 405)
		text_format(t, "Allow: %s\r\n", page->allow);
	text_add(t,
	    r->keep_alive ? "Connection: keep-alive\r\n\r\n"
			  : "Connection: close\r\n\r\n");
}

void
head_write(struct text *t, const struct page *page, const struct request *r, usec_t wall)
{
	add_status_line(t, page->status);
	add_fields(t, page, r, wall);
}

void
head_refuse(int fd, unsigned status, const char *type, const char *body)
{
	struct text answer;

	text_init(&answer, HEAD_SIZE_MAX);
	add_status_line(&answer, status);
	text_format(&answer,
	    "Content-Type: %s\r\n"
	    "Content-Length: %zu\r\n"
	    "Connection: close\r\n\r\n"
	    "%s",
	    type, strlen(body), body);
	if (!answer.failed)
		(void)send(fd, answer.bytes, answer.length, MSG_DONTWAIT | MSG_NOSIGNAL);
	text_clear(&answer);
}
