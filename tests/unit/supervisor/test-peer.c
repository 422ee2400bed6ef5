/* Who may do what: by the user and the groups of who connects. */
#include "supervisor/peer.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/unit/world.h"

#include "config/endpoint.h"
#include "supervisor/listen.h"

#define STRANGER 65534
#define MEMBERS 4711

static int listener;

static int
begin(void **state)
{
	struct endpoint e;

	if (world_begin(state) < 0 || !endpoint_of_path(world_path("s"), &e))
		return -1;
	listener = listen_at(&e);
	return listener < 0 ? -1 : 0;
}

static int
end(void **state)
{
	close(listener);
	return world_end(state);
}

#define peer_test(test) cmocka_unit_test_setup_teardown(test, begin, end)

/* The socket of somebody else who has connected; it ends when that one is closed. */
static int
accept_one(uid_t uid, gid_t gid, const gid_t *groups, size_t count)
{
	struct endpoint e;
	int fd;

	assert_true(endpoint_of_path(world_path("s"), &e));
	if (fork() == 0) {
		char byte;
		int client = socket(AF_UNIX, SOCK_STREAM, 0);

		if (setgroups(count, groups) < 0 || setresgid(gid, gid, gid) < 0 ||
		    setresuid(uid, uid, uid) < 0 ||
		    connect(client, &e.at.any, e.length) < 0)
			_exit(1);
		_exit((int)read(client, &byte, 1));
	}
	do
		fd = accept(listener, NULL, NULL);
	while (fd < 0 && (errno == EINTR || (errno == EAGAIN && usleep(1000) == 0)));
	assert_true(fd >= 0);
	return fd;
}

static enum access
access_of(
    uid_t uid, gid_t gid, const gid_t *groups, size_t count, const struct config *config)
{
	int fd = accept_one(uid, gid, groups, count);
	enum access access = peer_access(fd, config, config->control != NULL);
	int status;

	close(fd);
	assert_true(wait(&status) > 0);
	assert_int_equal(status, 0);
	return access;
}

static struct config
config_of(gid_t gid, enum control_access access)
{
	return (struct config){
	    .control = "proctor.sock",
	    .control_gid = gid,
	    .control_group_access = access,
	};
}

static void
test_the_owner(void **state)
{
	struct config config = config_of((gid_t)-1, CONTROL_READ);
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(peer_access(pair[0], &config, true), ACCESS_MANAGE);
	assert_int_equal(peer_access(pair[0], &config, false), ACCESS_PAGES);
	close(pair[0]);
	close(pair[1]);
}

static void
test_a_socket_that_knows_nobody(void **state)
{
	struct config config = config_of(0, CONTROL_MANAGE);
	int pipes[2];

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	assert_int_equal(peer_access(pipes[0], &config, true), ACCESS_NONE);
	close(pipes[0]);
	close(pipes[1]);
}

static void
test_a_stranger(void **state)
{
	struct config none = config_of((gid_t)-1, CONTROL_MANAGE);
	struct config some = config_of(MEMBERS, CONTROL_MANAGE);

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(access_of(STRANGER, STRANGER, NULL, 0, &none), ACCESS_NONE);
	assert_int_equal(access_of(STRANGER, STRANGER, NULL, 0, &some), ACCESS_NONE);
	assert_int_equal(
	    access_of(STRANGER, STRANGER, (gid_t[]){1, 2}, 2, &some), ACCESS_NONE);
}

static void
test_a_member(void **state)
{
	struct config config = config_of(MEMBERS, CONTROL_READ);
	static gid_t many[1000];

	(void)state;
	if (geteuid() != 0)
		skip();
	for (size_t i = 0; i < 1000; i++)
		many[i] = (gid_t)(MEMBERS - 999 + i);
	assert_int_equal(access_of(STRANGER, MEMBERS, NULL, 0, &config), ACCESS_READ);
	assert_int_equal(access_of(STRANGER, STRANGER, (gid_t[]){1, MEMBERS}, 2, &config),
	    ACCESS_READ);
	assert_int_equal(access_of(STRANGER, STRANGER, many, 1000, &config), ACCESS_READ);
	config.control_group_access = CONTROL_MANAGE;
	assert_int_equal(access_of(STRANGER, MEMBERS, NULL, 0, &config), ACCESS_MANAGE);
	config.control = NULL;
	assert_int_equal(access_of(STRANGER, MEMBERS, NULL, 0, &config), ACCESS_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    peer_test(test_the_owner),
	    peer_test(test_a_socket_that_knows_nobody),
	    peer_test(test_a_stranger),
	    peer_test(test_a_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
