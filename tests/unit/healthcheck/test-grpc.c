/* gRPC health servers that say what they please, frame by frame. */
#include "tests/unit/healthcheck/server.h"

enum { DATA = 0, HEADERS = 1, SETTINGS = 4, PING = 6, GOAWAY = 7 };
enum { END_STREAM = 1, END_HEADERS = 4 };

#define FRAME(type, flags, stream, text)                                                 \
	frame(fd, type, flags, stream, text, sizeof(text) - 1)

/* Headers as HPACK writes them without its tables; 8: ":status: 200". */
#define STATUS_200 "\x88"
#define STATUS_404 "\x8d"
#define GRPC_STATUS(digit) "\0\x0bgrpc-status\1" digit
#define GRPC_MESSAGE "\0\x0cgrpc-message\4none"
#define SERVING "\0\0\0\0\2\x08\1"
#define NOT_SERVING "\0\0\0\0\2\x08\2"

/* See RFC 9113, section 4.1. */
static void
frame(int fd, int type, int flags, int stream, const char *bytes, size_t length)
{
	char head[9] = {(char)(length >> 16), (char)(length >> 8), (char)length,
	    (char)type, (char)flags, 0, 0, 0, (char)stream};

	(void)!write(fd, head, sizeof(head));
	(void)!write(fd, bytes, length);
}

/* Ends the answer, and waits for the end of the other side: no reset overtakes it. */
static void
serve_to_the_end(int fd, const char *request, const char *argument)
{
	server_say(fd, request, argument);
	(void)shutdown(fd, SHUT_WR);
	while (read(fd, (char[256]){0}, 256) > 0)
		continue;
}

/* One letter of the argument after the other. */
static void
serve_frames(int fd, const char *request, const char *argument)
{
	for (; *argument; argument++) {
		switch (*argument) {
		case 'S':
			FRAME(SETTINGS, 0, 0, "");
			break;
		case 'h':
			FRAME(HEADERS, END_HEADERS, 1, STATUS_200);
			break;
		case 'd':
			FRAME(DATA, 0, 1, SERVING);
			break;
		case 'n':
			FRAME(DATA, 0, 1, NOT_SERVING);
			break;
		case 't':
			FRAME(HEADERS, END_HEADERS | END_STREAM, 1, GRPC_STATUS("0"));
			break;
		case 'u':
			FRAME(HEADERS, END_HEADERS | END_STREAM, 1,
			    STATUS_200 GRPC_STATUS("5") GRPC_MESSAGE);
			break;
		case '4':
			FRAME(HEADERS, END_HEADERS | END_STREAM, 1, STATUS_404);
			break;
		case 'e':
			FRAME(DATA, END_STREAM, 1, SERVING);
			break;
		case 'x':
			FRAME(DATA, END_STREAM, 1, "nonsense");
			break;
		case 'g':
			FRAME(GOAWAY, 0, 0, "\0\0\0\0\0\0\0\2");
			break;
		default:
			FRAME(*argument, 0xff, 1, "????????");
			break;
		}
	}
	serve_to_the_end(fd, request, "");
}

static const char *
ask_grpc(const struct server *s)
{
	struct probe probe = {
	    .kind = PROBE_GRPC, .host = "127.0.0.1", .port = s->port, .path = "well"};

	return ask(&probe, NULL);
}

static void
test_answers(void **state)
{
	static const struct {
		const char *frames;
		const char *line;
	} rows[] = {
	    {"Shdt", "+SERVING"},
	    {"Shnt", "-NOT_SERVING"},
	    {"Su", "-gRPC status NOT_FOUND: none"},
	    {"S4", "-HTTP 404 instead of a gRPC answer"},
	    {"She", "-the call was broken off"},
	    {"Shx", "-the call was broken off"},
	    {"Sht", "-the answer is not one of grpc.health.v1.Health"},
	    {"Sg", "-the call was broken off"},
	    {"S", "-the connection was closed without an answer"},
	    {"", "-the connection was closed without an answer"},
	    {"\x03\x02\x05", "-the answer is not HTTP/2"},
	    {"S\x09", "-the answer is not HTTP/2"},
	    {"hdt", "-the answer is not HTTP/2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct server s = server_start(AF_INET, serve_frames, rows[i].frames);

		assert_string_equal(ask_grpc(&s), rows[i].line);
		server_end(&s);
	}
}

static void
test_not_http2(void **state)
{
	struct server s =
	    server_start(AF_INET, serve_to_the_end, "HTTP/1.1 400 Bad Request\r\n\r\n");

	(void)state;
	assert_memory_equal(ask_grpc(&s), "-the answer is not HTTP/2", 25);
	server_end(&s);
}

/* More than the window, which is never opened wider, allows. */
static void
serve_flood(int fd, const char *request, const char *argument)
{
	static char zeros[16384];

	(void)request;
	(void)argument;
	FRAME(SETTINGS, 0, 0, "");
	FRAME(HEADERS, END_HEADERS, 1, STATUS_200);
	for (int i = 0; i < 1000; i++)
		frame(fd, DATA, 0, 1, zeros, sizeof(zeros));
	(void)pause();
}

static void
test_flood(void **state)
{
	struct server s = server_start(AF_INET, serve_flood, NULL);

	(void)state;
	assert_string_equal(ask_grpc(&s), "-the answer is not HTTP/2");
	server_end(&s);
}

static int
begin(void **state)
{
	return probe_lacks(PROBE_GRPC) ? (skip(), 0) : world_begin(state);
}

#define grpc_test(test) cmocka_unit_test_setup_teardown(test, begin, world_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    grpc_test(test_answers),
	    grpc_test(test_not_http2),
	    grpc_test(test_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
