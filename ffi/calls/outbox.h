/* Host role: what the worker is told without anybody waiting for it. Host
 * calls whose answer the host ignores (usage.handle, request.complete) are
 * queued here and answered at once; how many answers in advance were taken
 * is told now and then, and at once when a rotation runs low. One thread.
 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/advance.h"
#include "host/host_log.h"
#include "host/refusals.h"
#include "worker/worker_process.h"

/* Calls that wait for the worker, and their bytes together; what comes when
 * there is no room is dropped and counted. Guesses: some seconds of a busy
 * host while a worker starts. */
#define OUTBOX_CALLS 256u
#define OUTBOX_BYTES (4u << 20)

/* How often the worker is told what was taken. A guess: soon enough for a
 * person who looks at counts, rare enough to cost nothing. */
#define OUTBOX_REPORT_MS 1000u

struct outbox_call {
  const char *method; /* a constant */
  uint8_t *request;
  size_t length;
};

/* Zero bytes are a valid start; process, advance, log and refusals must be
 * set. */
struct outbox {
  struct worker_process *process;
  struct advance *advance;
  struct host_log *log;
  struct refusals *refusals;
  pthread_t thread;
  uint64_t report_ns; /* [thread] when reports are due */
  bool started;
  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t filled;
  bool stopping;
  bool nudged; /* some rotation runs low */
  bool reported; /* the last thing that was done were reports */
  struct outbox_call calls[OUTBOX_CALLS];
  unsigned first, count;
  size_t bytes;
  uint64_t dropped; /* since it was last said */
};

/* [host init] False when the system gives no thread. */
bool outbox_start(struct outbox *outbox);

/* [any thread] The method's name if it is one that is queued, else NULL. */
const char *outbox_method(const char *method);

/* [any thread] Takes a copy; never waits for the worker. */
void outbox_put(struct outbox *outbox, const char *method,
                const uint8_t *request, size_t length);

/* [any thread] The worker is to be asked for more answers. */
void outbox_nudge(struct outbox *outbox);

/* [shutdown, workers stopped] Joins the thread; what waits is forgotten. */
void outbox_stop(struct outbox *outbox);

/* [shutdown, no call under way] Lets the rest go. */
void outbox_destroy(struct outbox *outbox);

#endif
