/* Host role: what a worker says, on its way to the host's log. Its entries
 * come on a descriptor of their own, one a message. Of its stderr, to which a
 * policy can make the runtime write, only what came before any policy can
 * have run is passed on.
 */
#ifndef WORKER_MESSAGES_H
#define WORKER_MESSAGES_H

#include <stdbool.h>

#include "host/host_log.h"
#include "worker_end.h"

/* Of one worker. */
struct worker_messages {
  struct host_log *log;
  struct policy_names *names; /* what it tells of them */
  bool serves; /* policies may have run */
  bool hushed; /* that something was said has been told */
  bool ended; /* the last line of its words */
  char words[400]; /* its first ones, in plain characters */
};

/* [watcher] A new worker. */
void worker_messages_begin(struct worker_messages *messages,
                           struct host_log *log, struct policy_names *names);

/* [watcher] Takes a bounded number of entries, so that a flood does not keep
 * the watcher from its work. Whether there may be more. */
bool worker_messages_take_entries(struct worker_messages *messages,
                                  int entries);

/* [watcher] Takes what can be read from its stderr, a bounded amount. */
void worker_messages_take_words(struct worker_messages *messages, int pipe);

/* [watcher] The worker is about to be told the config: what it has said until
 * now is told, and nothing that it says from now on. */
void worker_messages_serving(struct worker_messages *messages);

/* [watcher] What a worker that never served has said; may be empty. */
const char *worker_messages_words(const struct worker_messages *messages);

#endif
