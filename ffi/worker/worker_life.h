/* Host role: one worker, from its sign that it serves to its end, as the
 * watcher thread sees it.
 */
#ifndef WORKER_LIFE_H
#define WORKER_LIFE_H

#include <stdbool.h>

#include "worker_end.h"
#include "worker_process.h"
#include "worker_spawn.h"

/* [watcher] Waits for the worker's sign, and greets it. False: it is of no
 * use; *end says why, if not by itself. */
bool worker_life_begin(struct worker_process *process,
                       const struct worker *worker, struct worker_end *end);

/* [watcher] Serves with this worker until it ends, or is to be replaced and
 * killed, or all stops; *end says which. */
void worker_life_watch(struct worker_process *process,
                       const struct worker *worker, struct worker_end *end);

/* [any thread] Whether all stops. */
bool worker_life_stops(struct worker_process *process);

/* [any thread] Ends the watcher's wait. */
void worker_life_wake(struct worker_process *process);

#endif
