/* Host role: which worker a call may go to, and what follows from how it
 * went: for picks (pick.c) and for what nobody waits for (outbox.c).
 */
#ifndef WORKER_CALLS_H
#define WORKER_CALLS_H

#include "cache/advance.h"
#include "worker/worker_process.h"

/* [any thread] The channel of a worker that is to be asked now, retained, or
 * NULL. Does not wait. */
struct channel *worker_calls_find(struct worker_process *process);

/* [any thread] Sees to a worker that was late, or whose answer does not hold
 * together: such a one is replaced, and what it said before is dead. */
void worker_calls_judge(struct worker_process *process,
                        struct advance *advance, struct channel *channel,
                        enum channel_status status);

#endif
