#include "init/descendants.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "supervisor/parent.h"

struct process {
	pid_t pid;
	pid_t parent;
	bool ours;
};

struct processes {
	struct process *items; /* owned */
	size_t count;
	size_t capacity;
};

static bool
add(struct processes *list, const struct process *process)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity * 2 + 64;
		struct process *grown = realloc(list->items, capacity * sizeof(*grown));

		if (!grown)
			return false;
		list->items = grown;
		list->capacity = capacity;
	}
	list->items[list->count++] = *process;
	return true;
}

static void
list_processes(struct processes *list)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		char *end;
		struct process process = {.pid = (pid_t)strtol(entry->d_name, &end, 10)};

		if (process.pid <= 0 || *end != '\0')
			continue;
		process.parent = parent_of(process.pid);
		if (!add(list, &process))
			break;
	}
	if (proc)
		closedir(proc);
}

static bool
is_ours(const struct processes *list, pid_t pid)
{
	if (pid == getpid())
		return true;
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].pid == pid)
			return list->items[i].ours;
	return false;
}

/* Children of ours are ours, until that adds nobody. */
static void
mark_ours(struct processes *list)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < list->count; i++) {
			struct process *p = &list->items[i];

			if (!p->ours && is_ours(list, p->parent)) {
				p->ours = true;
				changed = true;
			}
		}
	}
}

bool
descendants_signal(int signal)
{
	struct processes list = {0};
	bool reached = false;

	list_processes(&list);
	mark_ours(&list);
	for (size_t i = 0; i < list.count; i++)
		if (list.items[i].ours && kill(list.items[i].pid, signal) == 0)
			reached = true;
	free(list.items);
	return reached;
}
