#ifndef SUPERVISOR_DEEDS_H
#define SUPERVISOR_DEEDS_H

/*
 * The parts of the supervisor: supervisor.c does what the plan asks for, deaths.c
 * hears of children that have ended, messages.c of what services say themselves, and
 * note.c makes events of it.
 * Private to these files.
 */

#include "supervisor/difference.h"
#include "supervisor/supervisor.h"

/* An event without more to it. */
void deeds_handle(struct supervisor *, size_t service, enum service_event);

/* Carries out all that the plan asks for. */
void deeds_carry_out(struct supervisor *);

/*
 * Whether the program runs; the pipe is done with as soon as that is known.  certain: it
 * does or did if the pipe says nothing else, since it has spoken, or is dead.
 */
enum spawn_result deeds_take_status(struct supervisor *, size_t service, bool certain);

/* Tells the plan if it runs, before what it says itself can be heard. */
void deeds_note_running(struct supervisor *, size_t service, bool certain);

/* For all that is left, and no service's; ends the sweep if it reaches nobody. */
void deeds_sweep(struct supervisor *, int signal);

/* What is watched: what has become due, and what is to be told. */
void deeds_advance_changes(struct supervisor *);
void deeds_tell_changes(struct supervisor *);

/* Deaths of children: any number of them. */
void deaths_reap(struct supervisor *);

/* For the process group of the service that has the terminal, if one has. */
void deaths_for_terminal(struct supervisor *, void (*deed)(int terminal, pid_t group));

/* What children have from the supervisor, by its configuration. */
void deeds_prepare_children(struct supervisor *);

/* SIGHUP, where that means an update. */
void updates_hear_hup(struct supervisor *);

/* update.c: whatever of updates is left. */
void updates_clear(struct supervisor *);

/*
 * adopt.c: goes over to this configuration, which takes each service along that has an
 * old one.  Returns 0, or -ENOMEM and nothing has changed.
 */
int adopt(struct supervisor *, const struct config *, const struct difference *);

/* reload.c: what service watches has changed. */
void reloads_change(struct supervisor *, size_t service);

/* Whose reload this process is part of, or SERVICE_NONE; and it is a zombie. */
size_t reloads_find(const struct supervisor *, pid_t);
void reloads_end(struct supervisor *, size_t service, pid_t, const struct ending *);

/* Whatever has taken too long. */
void reloads_advance(struct supervisor *);

/* What services have said through the notify socket. */
void messages_receive(struct supervisor *);

/* Notes, where something may have changed: its state, its new process, its last end. */
void note_state(struct supervisor *, size_t service);
void note_spawn(struct supervisor *, size_t service);
void note_exit(struct supervisor *, size_t service);

/* Around each action that is carried out. */
void note_before(struct supervisor *, const struct plan_action *);
void note_after(struct supervisor *, const struct plan_action *);

/* A line that proctor says; context: the supervisor. */
void note_said(void *context, const char *line);

/* Its ready_fd is of no more use. */
void messages_forget_ready(struct supervisor *, size_t service);

#endif
