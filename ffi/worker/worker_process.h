/* Host role: one watcher thread that starts the worker, watches it, starts
 * it again when it ends, and stops it. Knows processes and time; what a new
 * worker is told before its first pick is the caller's.
 */
#ifndef WORKER_PROCESS_H
#define WORKER_PROCESS_H

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "channel/channel.h"
#include "host/host_log.h"
#include "worker_messages.h"
#include "worker_spawn.h"

/* Start to first answer takes about 0.1 s; more than this is a fault. Less
 * than a lifecycle call's deadline, so that one that waits sees a second
 * try. */
#define WORKER_START_MS 3000

/* Waits between starts of workers that die early: doubling, so that a broken
 * file costs little, bounded, so that a mended one is found soon. */
#define WORKER_BACKOFF_FIRST_MS 100
#define WORKER_BACKOFF_LAST_MS 10000

/* A worker that had served this long is started again at once. */
#define WORKER_PROVEN_MS 1000

/* How long a worker may take to end when asked, before it is killed. */
#define WORKER_STOP_MS 500

/* A worker that was late is asked with a ping; silent for this long, or
 * until the deadline of the slowest call under way, it is killed. */
#define WORKER_SILENT_MS 1000

/* How often the worker's memory is looked at, and what it may hold: a
 * worker at rest has 70 MiB. What decoding may take beyond that, by the
 * request's size, is a guess: 47 MiB of tiny objects held 540 MiB while they
 * were decoded, and the garbage is not collected at once. */
#define WORKER_TICK_MS 250
#define WORKER_MEMORY_BYTES (512ull << 20)
#define WORKER_MEMORY_PER_REQUEST_BYTE 24ull

struct worker_process {
  char path[PATH_MAX]; /* the plugin's own file */
  char zone[128];      /* "TZ=…" of the host, or empty */
  struct host_log *log;
  /* [a thread of its own] A worker is up; tells it what it must know, then
   * publishes it. False: replace it. */
  bool (*greet)(struct channel *channel);

  pthread_t watcher;
  int wake_fd; /* eventfd: ends the watcher's poll */
  pthread_mutex_t lock;
  pthread_cond_t changed; /* current or stopping changed */
  struct channel *current; /* NULL while no worker serves */
  bool stopping;
  bool late;    /* the current worker missed a deadline */
  bool replace; /* the current worker is to be killed */
  const char *wish; /* why */
  unsigned wanted, tried; /* starts: the last one asked for, and made */
  bool first;   /* the first start has not ended */
  bool failed;  /* the last start that was asked for failed */

  char said[512];         /* [watcher] last failure to start, reported */
  struct worker_messages messages; /* [watcher] */
  struct policy_names names;       /* [watcher] */
  struct worker_past past;         /* [watcher] */
};

/* [host init] Starts the watcher; path, zone, log and greet must be set.
 * False when the system gives no thread or descriptor; then there is nothing
 * to stop. */
bool worker_process_start(struct worker_process *process);

/* [any thread] The channel of a worker that serves and is not about to be
 * replaced, retained, or NULL. Waits for one until deadline_ns, or until a
 * start fails; a deadline in the past does not wait. */
struct channel *worker_process_channel(struct worker_process *process,
                                       uint64_t deadline_ns);

/* [any thread] If no worker serves, one is started at once, whatever the wait
 * between starts is; the first start needs no hurry. */
void worker_process_hurry(struct worker_process *process);

/* [greeting] The worker of this channel serves from now on. */
void worker_process_publish(struct worker_process *process,
                            struct channel *channel);

/* [any thread] The worker of this channel missed a deadline: it is asked
 * for a sign of life, and until it gives one the channel takes no pick. */
void worker_process_late(struct worker_process *process,
                         struct channel *channel);

/* [any thread] Kills the worker that serves this channel, if it still does;
 * another is started. why is static, the end of a sentence; said once. */
void worker_process_replace(struct worker_process *process,
                            const struct channel *channel, const char *why);

/* [shutdown] Stops the worker and joins the watcher. No channel is given out
 * any more; calls that are under way end at once. */
void worker_process_stop(struct worker_process *process);

/* [shutdown] Lets the rest go, when no call is under way any more. */
void worker_process_destroy(struct worker_process *process);

#endif
