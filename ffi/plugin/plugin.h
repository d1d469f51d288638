/* Host role: all state of the library in this process, for the files that
 * answer the host's calls: plugin.c, pick.c and lifecycle.c.
 */
#ifndef PLUGIN_H
#define PLUGIN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "answers.h"
#include "cache/advance.h"
#include "calls/outbox.h"
#include "calls/worker_answers.h"
#include "channel/channel.h"
#include "host/cliproxy_abi.h"
#include "host/host_log.h"
#include "host/refusals.h"
#include "worker/worker_process.h"

struct plugin {
  struct worker_process process;
  struct host_log log;
  struct answers answers;
  struct advance advance;
  struct outbox outbox;
  struct refusals refusals;
  pthread_mutex_t lock; /* guards configuring */
  pthread_cond_t turn;  /* configuring changed */
  bool configuring;     /* a lifecycle call or a greeting is under way */
  _Atomic bool running; /* between init and shutdown, with a watcher */
  _Atomic uint32_t inits; /* the same file may be opened twice */
  _Atomic uint32_t calls; /* under way, but for readers of `advance` */
};

/* [any thread] The answer on failure; tells the log if it is a refusal. */
void plugin_give_on_failure(struct plugin *plugin, cliproxy_buffer *response);

/* [any thread] plugin.register and plugin.reconfigure; the return code. */
int lifecycle_call(struct plugin *plugin, const char *method,
                   const uint8_t *request, size_t request_bytes,
                   cliproxy_buffer *response);

/* [any thread] The same for a request that is given to no worker, and not
 * kept for one either; the error is an envelope. */
int lifecycle_without_worker(struct plugin *plugin, const uint8_t *request,
                             size_t request_bytes, const char *error,
                             cliproxy_buffer *response);

/* [watcher's helper] Tells a new worker the accepted config, then the one
 * that no worker has answered. False: the worker is no good. */
bool lifecycle_greet(struct plugin *plugin, struct channel *channel);

/* The answer to a config that no worker could be asked about. */
#define WORKER_MISSING                                                        \
  "{\"ok\":false,\"error\":{\"code\":\"plugin_error\","                       \
  "\"message\":\"Cannot configure the scheduler: its worker process does "    \
  "not run, see the messages of the host\"}}"

#endif
