/* See outbox.h. */
#define _GNU_SOURCE
#include "outbox.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel/wipe.h"
#include "worker_answers.h"
#include "worker_calls.h"

#define MS 1000000ull

/* What a call may take, and beyond which a silent worker counts as hanging.
 * As for a pick (pick.c), but nobody waits. */
#define CALL_DEADLINE_MS 1000u

/* How long to leave a worker alone that is not there. */
#define NO_WORKER_MS 100u

/* Reports in one call, each at most 200 bytes; calls before others have
 * their turn. */
#define BATCH_REPORTS 64u
#define BATCHES 64u

/* src/rpc/wire.ts has its other end. */
#define METHOD_TAKEN "rotation.taken"

static const char *const QUEUED[] = {"usage.handle", "request.complete"};

const char *outbox_method(const char *method) {
  for (size_t i = 0; i < sizeof QUEUED / sizeof QUEUED[0]; i++)
    if (strcmp(method, QUEUED[i]) == 0) return QUEUED[i];
  return NULL;
}

/* Requests hold client keys: overwritten, then freed. */
static void forget(struct outbox_call *call) {
  if (call->request != NULL) wipe(call->request, call->length);
  free(call->request);
}

void outbox_put(struct outbox *outbox, const char *method,
                const uint8_t *request, size_t length) {
  struct outbox_call call = {.method = method, .length = length};
  call.request = length > OUTBOX_BYTES ? NULL : malloc(length + 1);
  if (call.request != NULL && length > 0)
    memcpy(call.request, request, length);
  pthread_mutex_lock(&outbox->lock);
  bool fits = call.request != NULL && outbox->started &&
              outbox->count < OUTBOX_CALLS &&
              outbox->bytes + length <= OUTBOX_BYTES;
  if (fits) {
    outbox->calls[(outbox->first + outbox->count++) % OUTBOX_CALLS] = call;
    outbox->bytes += length;
    pthread_cond_signal(&outbox->filled);
  } else {
    outbox->dropped++;
  }
  pthread_mutex_unlock(&outbox->lock);
  if (!fits && call.request != NULL) forget(&call);
}

void outbox_nudge(struct outbox *outbox) {
  pthread_mutex_lock(&outbox->lock);
  outbox->nudged = true;
  pthread_cond_signal(&outbox->filled);
  pthread_mutex_unlock(&outbox->lock);
}

/* ---- the thread ---- */

enum task { TASK_STOP, TASK_CALL, TASK_REPORTS };

/* Waits for the next thing to do. Reports have their time, however many
 * calls there are. */
static enum task next_task(struct outbox *outbox, struct outbox_call *call) {
  struct timespec until = channel_timespec(outbox->report_ns);
  enum task task = TASK_REPORTS;
  pthread_mutex_lock(&outbox->lock);
  while (!outbox->stopping && outbox->count == 0 && !outbox->nudged)
    if (pthread_cond_timedwait(&outbox->filled, &outbox->lock, &until) ==
        ETIMEDOUT)
      break;
  if (outbox->stopping) {
    task = TASK_STOP;
  } else if (outbox->count == 0 ||
             (!outbox->reported &&
              (outbox->nudged || channel_now_ns() >= outbox->report_ns))) {
    /* Not twice in a row while calls wait: a worker that gives no more
     * answers would keep them waiting. */
    outbox->nudged = false;
    outbox->reported = true;
    outbox->report_ns = channel_in_ms(OUTBOX_REPORT_MS);
  } else {
    *call = outbox->calls[outbox->first];
    outbox->reported = false;
    task = TASK_CALL;
  }
  pthread_mutex_unlock(&outbox->lock);
  return task;
}

static void pop(struct outbox *outbox) {
  pthread_mutex_lock(&outbox->lock);
  struct outbox_call call = outbox->calls[outbox->first];
  outbox->first = (outbox->first + 1) % OUTBOX_CALLS;
  outbox->count--;
  outbox->bytes -= call.length;
  pthread_mutex_unlock(&outbox->lock);
  forget(&call);
}

static void say_dropped(struct outbox *outbox) {
  pthread_mutex_lock(&outbox->lock);
  uint64_t dropped = outbox->dropped;
  outbox->dropped = 0;
  pthread_mutex_unlock(&outbox->lock);
  if (dropped > 0)
    host_log_say(outbox->log, LOG_WARN,
                 "The worker was not told of %" PRIu64
                 " results of requests: it was behind",
                 dropped);
}

static void pause_without_worker(struct outbox *outbox) {
  struct timespec until = channel_timespec(channel_in_ms(NO_WORKER_MS));
  pthread_mutex_lock(&outbox->lock);
  while (!outbox->stopping &&
         pthread_cond_timedwait(&outbox->filled, &outbox->lock, &until) !=
             ETIMEDOUT)
    ;
  pthread_mutex_unlock(&outbox->lock);
}

/* One call to the current worker. False: there is none that could take it;
 * a worker that took it and fails is seen to as for a pick. */
static bool tell(struct outbox *outbox, struct channel *channel,
                 const char *method, const uint8_t *request, size_t length,
                 struct channel_answer *answer) {
  struct channel_call call = {
      .method = method,
      .method_bytes = strlen(method),
      .request = request,
      .request_bytes = length,
      .deadline_ns = channel_in_ms(CALL_DEADLINE_MS),
      .work_ns = CALL_DEADLINE_MS * MS,
  };
  *answer = (struct channel_answer){0};
  enum channel_status status = worker_answers_ask(channel, &call, answer);
  worker_calls_judge(outbox->process, outbox->advance, channel, status);
  return status == CHANNEL_ANSWERED;
}

static void deliver(struct outbox *outbox, const struct outbox_call *call) {
  struct channel_answer answer;
  struct channel *channel = worker_calls_find(outbox->process);
  if (channel == NULL) {
    pause_without_worker(outbox);
    return;
  }
  if (tell(outbox, channel, call->method, call->request, call->length,
           &answer))
    free(answer.bytes);
  channel_release(channel);
  /* Told or not: what a worker fails at is not given to the next one. */
  pop(outbox);
}

/* Reports as a JSON list, and whether the last one asks for more. */
struct batch {
  char text[16384];
  size_t length;
  unsigned count;
  bool more;
};

static void add_report(struct batch *batch,
                       const struct advance_report *report) {
  batch->length += (size_t)snprintf(
      batch->text + batch->length, sizeof batch->text - batch->length,
      "%c{\"list\":%" PRIu32 ",\"epoch\":%" PRIu32 ",\"tag\":%" PRIu32
      ",\"from\":%" PRIu64 ",\"to\":%" PRIu64 ",\"more\":%s,"
      "\"moreFrom\":%" PRIu64 "}",
      batch->count++ == 0 ? '[' : ',', report->list, report->epoch,
      report->tag, report->from, report->to, report->more ? "true" : "false",
      report->more_from);
  batch->more = report->more;
}

/* One answer carries the answers of one rotation: who asks for some is the
 * last of a batch. */
static void fill_batch(struct outbox *outbox, const struct channel *channel,
                       struct batch *batch) {
  struct advance_report report;
  *batch = (struct batch){0};
  while (batch->count < BATCH_REPORTS && !batch->more &&
         advance_next_report(outbox->advance, channel->serial, &report))
    add_report(batch, &report);
  if (batch->count > 0) batch->text[batch->length++] = ']';
}

static bool send_batch(struct outbox *outbox, struct channel *channel,
                       uint64_t generation, const struct batch *batch) {
  struct channel_answer answer;
  struct publication publication;
  if (!tell(outbox, channel, METHOD_TAKEN, (const uint8_t *)batch->text,
            batch->length, &answer))
    return false;
  if (worker_answers_read_publication(&answer, &publication))
    advance_keep_more(outbox->advance, channel->serial, generation,
                      &publication);
  free(answer.bytes);
  return true;
}

static void make_reports(struct outbox *outbox) {
  struct batch batch;
  struct channel *channel = worker_calls_find(outbox->process);
  say_dropped(outbox);
  refusals_tell(outbox->refusals, outbox->log, channel_now_ns());
  advance_tidy(outbox->advance);
  if (channel == NULL) return;
  for (unsigned i = 0; i < BATCHES; i++) {
    uint64_t generation = advance_generation(outbox->advance);
    fill_batch(outbox, channel, &batch);
    if (batch.count == 0 ||
        !send_batch(outbox, channel, generation, &batch))
      break;
  }
  channel_release(channel);
}

static void *run(void *argument) {
  struct outbox *outbox = argument;
  struct outbox_call call;
  for (;;) {
    switch (next_task(outbox, &call)) {
      case TASK_STOP:
        return NULL;
      case TASK_CALL:
        deliver(outbox, &call);
        break;
      case TASK_REPORTS:
        make_reports(outbox);
        break;
    }
  }
}

/* ---- from outside ---- */

bool outbox_start(struct outbox *outbox) {
  pthread_condattr_t monotonic;
  outbox->stopping = outbox->nudged = outbox->reported = false;
  outbox->first = outbox->count = 0;
  outbox->bytes = 0;
  outbox->dropped = 0;
  outbox->report_ns = channel_in_ms(OUTBOX_REPORT_MS);
  pthread_mutex_init(&outbox->lock, NULL);
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&outbox->filled, &monotonic);
  pthread_condattr_destroy(&monotonic);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  outbox->started = pthread_create(&outbox->thread, NULL, run, outbox) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return outbox->started;
}

void outbox_stop(struct outbox *outbox) {
  pthread_mutex_lock(&outbox->lock);
  bool started = outbox->started;
  outbox->stopping = true;
  outbox->started = false;
  pthread_cond_signal(&outbox->filled);
  pthread_mutex_unlock(&outbox->lock);
  if (started) pthread_join(outbox->thread, NULL);
  while (outbox->count > 0) {
    forget(&outbox->calls[outbox->first]);
    outbox->first = (outbox->first + 1) % OUTBOX_CALLS;
    outbox->count--;
  }
}

void outbox_destroy(struct outbox *outbox) {
  pthread_cond_destroy(&outbox->filled);
  pthread_mutex_destroy(&outbox->lock);
}
