/* See worker_process.h. */
#define _GNU_SOURCE
#include "worker_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "worker_life.h"
#include "worker_spawn.h"

#define MS 1000000ull

/* ---- what there is to say ---- */

/* Why the worker does not run: once per cause, not once per try. What it said
 * itself may differ each time. */
static void report_failure(struct worker_process *process, const char *step,
                           const char *why, const char *words) {
  char text[sizeof process->said];
  snprintf(text, sizeof text, "Cannot start the worker: %s: %s", step, why);
  if (strcmp(text, process->said) == 0) return;
  memcpy(process->said, text, sizeof text);
  host_log_say(process->log, LOG_ERROR,
               "%s%s%s; until it runs, picks get the answer on failure, and a "
               "first config is sealed if it may close something, else "
               "refused",
               text, words[0] == 0 ? "" : "; it says: ", words);
}

/* ---- one worker ---- */

void worker_process_publish(struct worker_process *process,
                            struct channel *channel) {
  pthread_mutex_lock(&process->lock);
  process->current = channel;
  if (channel != NULL) atomic_store(&channel->segment->awaited, 0);
  process->late = process->replace = false;
  if (channel != NULL) process->failed = false;
  pthread_cond_broadcast(&process->changed);
  pthread_mutex_unlock(&process->lock);
}

static void begin_start(struct worker_process *process) {
  pthread_mutex_lock(&process->lock);
  process->tried = process->wanted;
  pthread_mutex_unlock(&process->lock);
}

/* Tells those that wait for a worker that there will be none soon, unless
 * another start was asked for meanwhile. */
static void end_start(struct worker_process *process, bool served) {
  pthread_mutex_lock(&process->lock);
  process->first = false;
  if (!served && process->tried == process->wanted) {
    process->failed = true;
    pthread_cond_broadcast(&process->changed);
  }
  pthread_mutex_unlock(&process->lock);
}

/* [watcher] Takes all that a worker which has ended said. */
static void take_last_messages(struct worker_process *process,
                               const struct worker *worker) {
  for (int i = 0; i < 64; i++) /* more than there is room for */
    if (!worker_messages_take_entries(&process->messages, worker->entries))
      break;
  worker_messages_take_words(&process->messages, worker->words);
}

/* Notes and says how a worker ended. */
static void note_end(struct worker_process *process,
                     const struct worker *worker, struct worker_end *end,
                     int status, bool served) {
  const struct channel_header *header = worker->channel->segment;
  if (end->cause != END_SHUTDOWN)
    culprits_note(&process->past.culprits, worker->channel->segment,
                  end->cause == END_MEMORY, channel_now_ns());
  proven_note(&process->past.proven, header);
  if (served) process->past.served = true;
  if (served) {
    worker_end_report(end, status, header, &process->names, process->log);
    return;
  }
  if (end->cause == END_SHUTDOWN) return;
  char why[320];
  worker_end_describe_start(why, sizeof why, end, status, header,
                            &process->names);
  report_failure(process, process->path, why,
                 worker_messages_words(&process->messages));
}

/* Runs one worker from start to end. Returns how long it served, in
 * milliseconds; 0 if it never did. */
static uint64_t run_worker(struct worker_process *process) {
  struct worker worker;
  const char *step, *zone = process->zone[0] == 0 ? NULL : process->zone;
  if (!worker_spawn(process->path, zone, &process->past, &worker, &step)) {
    report_failure(process, step,
                   errno == EACCES ? "Permission denied (must be executable: "
                                     "chmod +x)"
                                   : strerror(errno),
                   "");
    return 0;
  }
  uint64_t served_ms = 0;
  struct worker_end end = {END_BY_ITSELF, 0, 0, NULL};
  worker_messages_begin(&process->messages, process->log, &process->names);
  if (worker_life_begin(process, &worker, &end)) {
    uint64_t since_ns = channel_now_ns();
    if (process->said[0] != 0)
      host_log_say(process->log, LOG_INFO, "The worker runs again");
    process->said[0] = 0;
    worker_life_watch(process, &worker, &end);
    served_ms = (channel_now_ns() - since_ns) / MS + 1;
  }
  worker_process_publish(process, NULL);
  channel_mark_dead(worker.channel);
  bool killed;
  int status = worker_reap(&worker, served_ms > 0 ? 100 : 0, &killed);
  take_last_messages(process, &worker);
  if (worker_life_stops(process) && end.cause == END_BY_ITSELF)
    end.cause = END_SHUTDOWN;
  if (killed && end.cause == END_BY_ITSELF) end.cause = END_SLOW;
  note_end(process, &worker, &end, status, served_ms > 0);
  worker_close(&worker);
  return served_ms;
}

static void pause_before_next(struct worker_process *process,
                              unsigned backoff_ms) {
  struct timespec until = channel_timespec(channel_in_ms(backoff_ms));
  pthread_mutex_lock(&process->lock);
  while (!process->stopping && process->tried == process->wanted &&
         pthread_cond_timedwait(&process->changed, &process->lock, &until) !=
             ETIMEDOUT)
    ;
  pthread_mutex_unlock(&process->lock);
}

static void *watch(void *argument) {
  struct worker_process *process = argument;
  unsigned backoff_ms = WORKER_BACKOFF_FIRST_MS;
  while (!worker_life_stops(process)) {
    begin_start(process);
    uint64_t served_ms = run_worker(process);
    end_start(process, served_ms > 0);
    if (served_ms >= WORKER_PROVEN_MS) {
      backoff_ms = WORKER_BACKOFF_FIRST_MS;
      continue;
    }
    pause_before_next(process, backoff_ms);
    backoff_ms *= 2;
    if (backoff_ms > WORKER_BACKOFF_LAST_MS)
      backoff_ms = WORKER_BACKOFF_LAST_MS;
  }
  return NULL;
}

/* ---- the watcher from outside ---- */

static bool start_watcher(struct worker_process *process) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&process->watcher, NULL, watch, process);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return failed == 0;
}

bool worker_process_start(struct worker_process *process) {
  pthread_condattr_t monotonic;
  process->stopping = process->late = process->replace = false;
  process->failed = false;
  process->first = true;
  process->wanted = process->tried = 0;
  process->current = NULL;
  process->said[0] = 0;
  process->past = (struct worker_past){0};
  process->names = (struct policy_names){0};
  process->wake_fd = worker_move_up(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (process->wake_fd < 0) return false;
  pthread_mutex_init(&process->lock, NULL);
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&process->changed, &monotonic);
  pthread_condattr_destroy(&monotonic);
  if (start_watcher(process)) return true;
  pthread_cond_destroy(&process->changed);
  pthread_mutex_destroy(&process->lock);
  close(process->wake_fd);
  return false;
}

struct channel *worker_process_channel(struct worker_process *process,
                                       uint64_t deadline_ns) {
  struct timespec until = channel_timespec(deadline_ns);
  struct channel *channel = NULL;
  pthread_mutex_lock(&process->lock);
  while ((process->current == NULL || process->replace) &&
         !process->stopping && !process->failed)
    if (pthread_cond_timedwait(&process->changed, &process->lock, &until) ==
        ETIMEDOUT)
      break;
  if (!process->stopping && !process->replace) channel = process->current;
  if (channel != NULL) channel_retain(channel);
  pthread_mutex_unlock(&process->lock);
  return channel;
}

void worker_process_hurry(struct worker_process *process) {
  pthread_mutex_lock(&process->lock);
  if (process->current == NULL && !process->first) {
    process->wanted++;
    process->failed = false;
    pthread_cond_broadcast(&process->changed);
  }
  pthread_mutex_unlock(&process->lock);
}

static void leave_wish(struct worker_process *process,
                       const struct channel *channel, bool *wish,
                       const char *why) {
  pthread_mutex_lock(&process->lock);
  bool fresh = process->current == channel && !*wish;
  if (fresh) *wish = true;
  if (fresh && why != NULL) process->wish = why;
  pthread_mutex_unlock(&process->lock);
  if (fresh) worker_life_wake(process);
}

void worker_process_late(struct worker_process *process,
                         struct channel *channel) {
  channel_set_suspect(channel, true);
  leave_wish(process, channel, &process->late, NULL);
}

void worker_process_replace(struct worker_process *process,
                            const struct channel *channel, const char *why) {
  leave_wish(process, channel, &process->replace, why);
}

void worker_process_stop(struct worker_process *process) {
  pthread_mutex_lock(&process->lock);
  process->stopping = true;
  pthread_cond_broadcast(&process->changed);
  pthread_mutex_unlock(&process->lock);
  worker_life_wake(process);
  pthread_join(process->watcher, NULL);
}

void worker_process_destroy(struct worker_process *process) {
  pthread_cond_destroy(&process->changed);
  pthread_mutex_destroy(&process->lock);
  close(process->wake_fd);
}
