/* Host role: what the worker writes to its stderr, line by line, on its way to the host's log. Log entries pass; of all else, which may
 * quote a policy's data, no more than the runtime's own first words.
 */
#ifndef WORKER_MESSAGES_H
#define WORKER_MESSAGES_H

#include <stddef.h>

#include "host_log.h"

/* Of one worker. */
struct worker_messages {
  struct host_log *log;
  char line[LOG_ENTRY_BYTES]; /* one that has not ended yet */
  size_t length;
  char said[128]; /* the last words of a runtime that were passed on */
};

/* [watcher] A new worker: its first line begins. What the one before said of
 * its end is remembered, so that the same end is not told again and again. */
void worker_messages_begin(struct worker_messages *messages,
                           struct host_log *log);

/* [watcher] Takes what can be read from the pipe, a bounded amount, so that
 * a flood does not keep the watcher from its work. A line that is too long
 * is cut. */
void worker_messages_take(struct worker_messages *messages, int pipe);

#endif
