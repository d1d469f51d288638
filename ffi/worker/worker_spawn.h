/* Host role: one worker process, from start to reaped. */
#ifndef WORKER_SPAWN_H
#define WORKER_SPAWN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "channel/channel.h"
#include "policies/culprits.h"
#include "policies/proven.h"

struct worker {
  pid_t pid;
  int line;     /* our end of the life line: closes when the worker ends */
  int entries;  /* what the worker has for the host's log */
  int words;    /* what its runtime writes to its stderr */
  int memory;   /* its /proc/…/statm, or -1 */
  struct channel *channel;
};

/* What earlier workers leave to the next one. Zeroed, there were none. */
struct worker_past {
  struct culprits culprits;
  struct proven proven;
  bool served; /* one of them made picks: the host waits for the next */
};

/* [any thread] Moves a descriptor clear of those that a worker inherits and
 * of the standard streams, close-on-exec; closes the old one. -1 stays -1. */
int worker_move_up(int fd);

/* [watcher] A new channel and a worker on it, started from the file at path.
 * zone is its TZ setting, NULL for none; it is told of the past, and where the
 * host stands, though not put there. On failure *step names what failed,
 * and errno why. */
bool worker_spawn(const char *path, const char *zone,
                  struct worker_past *past, struct worker *worker,
                  const char **step);

/* [watcher] Resident size in bytes; 0 if it is not known. */
uint64_t worker_resident_bytes(const struct worker *worker);

/* [watcher] Ends the worker at once, whatever it does. */
void worker_kill(const struct worker *worker);

/* [watcher] Waits grace_ms for the worker to end by itself, then kills it;
 * reaps it; *killed says whether it came to that. Wait status, or -1 when it was not ours to reap (the host
 * ignores SIGCHLD). Takes at most about a second more. */
int worker_reap(const struct worker *worker, unsigned grace_ms, bool *killed);

/* [watcher] Marks the channel dead and lets everything go. */
void worker_close(struct worker *worker);

#endif
