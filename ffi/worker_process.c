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
               "first config is refused",
               text, words[0] == 0 ? "" : "; it says: ", words);
}

static void report_end(struct worker_process *process, int status) {
  bool killed = status != -1 && WIFSIGNALED(status);
  int code = status == -1 ? -1 : WEXITSTATUS(status);
  host_log_say(process->log, LOG_ERROR,
               "The worker %s %d; a new one is started",
               killed ? "was ended by signal" : "ended with exit code",
               killed ? WTERMSIG(status) : code);
}

/* ---- one worker ---- */

enum event { EVENT_LINE, EVENT_WAKE, EVENT_DEADLINE };

/* Waits for the worker's end of the life line (its closing, or with `sign` a
 * byte), for a wake by another thread, or for the deadline. Messages are
 * taken meanwhile. */
static enum event wait_event(struct worker_process *process,
                             const struct worker *worker, bool sign,
                             uint64_t deadline_ns) {
  struct pollfd files[] = {
      {.fd = worker->line, .events = sign ? POLLIN : 0},
      {.fd = process->wake_fd, .events = POLLIN},
      {.fd = worker->entries, .events = POLLIN},
      {.fd = worker->words, .events = POLLIN},
  };
  for (;;) {
    uint64_t now = channel_now_ns();
    if (now >= deadline_ns) return EVENT_DEADLINE;
    if (poll(files, 4, (int)((deadline_ns - now) / MS + 1)) <= 0) continue;
    if (files[2].revents & POLLIN)
      worker_messages_take_entries(&process->messages, worker->entries);
    if (files[3].revents & POLLIN)
      worker_messages_take_words(&process->messages, worker->words);
    for (int i = 2; i < 4; i++) /* closed: nothing more to take */
      if (files[i].revents != 0 && !(files[i].revents & POLLIN))
        files[i].fd = -1;
    if (files[0].revents != 0) return EVENT_LINE;
    uint64_t count;
    if (files[1].revents != 0 &&
        read(process->wake_fd, &count, sizeof count) > 0)
      return EVENT_WAKE;
  }
}

void worker_process_publish(struct worker_process *process,
                            struct channel *channel) {
  pthread_mutex_lock(&process->lock);
  process->current = channel;
  process->late = process->replace = false;
  if (channel != NULL) process->failed = false;
  pthread_cond_broadcast(&process->changed);
  pthread_mutex_unlock(&process->lock);
}

/* Tells those that wait for a worker that there will be none soon. */
static void publish_failure(struct worker_process *process) {
  pthread_mutex_lock(&process->lock);
  process->failed = true;
  pthread_cond_broadcast(&process->changed);
  pthread_mutex_unlock(&process->lock);
}

static bool asked_to_stop(struct worker_process *process) {
  pthread_mutex_lock(&process->lock);
  bool stop = process->stopping;
  pthread_mutex_unlock(&process->lock);
  return stop;
}

static bool asked_to_replace(struct worker_process *process) {
  pthread_mutex_lock(&process->lock);
  bool replace = process->replace;
  pthread_mutex_unlock(&process->lock);
  return replace;
}

static bool take_late(struct worker_process *process) {
  pthread_mutex_lock(&process->lock);
  bool late = process->late;
  process->late = false;
  pthread_mutex_unlock(&process->lock);
  return late;
}

/* Waits for the worker's sign that it serves. */
static bool await_ready(struct worker_process *process,
                        const struct worker *worker) {
  uint64_t deadline_ns = channel_in_ms(WORKER_START_MS);
  for (;;) {
    switch (wait_event(process, worker, true, deadline_ns)) {
      case EVENT_LINE: {
        char sign;
        return recv(worker->line, &sign, 1, MSG_DONTWAIT) == 1;
      }
      case EVENT_WAKE:
        if (asked_to_stop(process)) return false;
        break;
      case EVENT_DEADLINE:
        return false;
    }
  }
}

/* Asks a late worker for a sign of life. False: it gave none, or all stops.
 * Looks at the other events in steps, since one thread cannot wait for a
 * futex and for files at once. */
static bool answers_ping(struct worker_process *process,
                         const struct worker *worker) {
  const uint64_t step_ns = 5 * MS;
  uint32_t ping = channel_ping(worker->channel);
  for (;;) {
    /* A larger request that arrived since may take longer. */
    uint64_t deadline_ns =
        channel_patience_ns(worker->channel, WORKER_SILENT_MS * MS);
    if (channel_await_pong(worker->channel, ping, step_ns)) return true;
    if (asked_to_stop(process) || channel_now_ns() >= deadline_ns)
      return false;
    if (wait_event(process, worker, false, channel_now_ns() + 1) ==
        EVENT_LINE)
      return false;
  }
}

/* The greeting waits for the worker's answers, and the watcher must see
 * meanwhile when the worker dies or all stops: so it is made by a thread of
 * its own, which ends at once when the channel is marked dead. */
struct greeting {
  struct worker_process *process;
  struct channel *channel;
  _Atomic bool done;
  bool ok;
};

static void wake_watcher(struct worker_process *process) {
  uint64_t one = 1;
  while (write(process->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

static void *make_greeting(void *argument) {
  struct greeting *greeting = argument;
  greeting->ok = greeting->process->greet(greeting->channel);
  atomic_store(&greeting->done, true);
  wake_watcher(greeting->process);
  return NULL;
}

static bool greet_worker(struct worker_process *process,
                         const struct worker *worker) {
  worker_messages_take_words(&process->messages, worker->words);
  worker_messages_serving(&process->messages);
  struct greeting greeting = {.process = process,
                              .channel = worker->channel};
  pthread_t thread;
  /* Inherits the watcher's mask: all signals blocked. */
  if (pthread_create(&thread, NULL, make_greeting, &greeting) != 0)
    return false;
  while (!atomic_load(&greeting.done)) {
    enum event event =
        wait_event(process, worker, false, channel_in_ms(WORKER_TICK_MS));
    if (event == EVENT_LINE || asked_to_stop(process)) {
      channel_mark_dead(worker->channel);
      break;
    }
  }
  pthread_join(thread, NULL);
  return greeting.ok;
}

static bool within_memory(struct worker_process *process,
                          const struct worker *worker) {
  uint64_t allowed =
      WORKER_MEMORY_BYTES + WORKER_MEMORY_PER_REQUEST_BYTE *
                                channel_large_bytes(worker->channel);
  uint64_t resident = worker_resident_bytes(worker);
  if (resident <= allowed) return true;
  host_log_say(process->log, LOG_ERROR,
               "The worker holds %llu MiB, more than the %llu MiB that it "
               "may: it is replaced",
               (unsigned long long)(resident >> 20),
               (unsigned long long)(allowed >> 20));
  return false;
}

static void stop_worker(struct worker_process *process,
                        const struct worker *worker) {
  channel_ask_to_stop(worker->channel);
  uint64_t deadline_ns = channel_in_ms(WORKER_STOP_MS);
  while (wait_event(process, worker, false, deadline_ns) == EVENT_WAKE)
    ;
}

/* Serves with this worker until it ends, is to be replaced, or all stops.
 * Whether it was killed for the memory that it held. */
static bool watch_worker(struct worker_process *process,
                         const struct worker *worker) {
  bool held_too_much = false;
  for (;;) {
    enum event event =
        wait_event(process, worker, false, channel_in_ms(WORKER_TICK_MS));
    if (event == EVENT_LINE) return false;
    if (asked_to_stop(process)) {
      stop_worker(process, worker);
      return false;
    }
    if (asked_to_replace(process)) break;
    held_too_much = !within_memory(process, worker);
    if (held_too_much) break;
    channel_tidy(worker->channel);
    if (!take_late(process)) continue;
    if (!answers_ping(process, worker)) break;
    channel_set_suspect(worker->channel, false);
  }
  worker_kill(worker);
  return held_too_much;
}

/* Runs one worker from start to end. Returns how long it served, in
 * milliseconds; 0 if it never did. */
static uint64_t run_worker(struct worker_process *process) {
  struct worker worker;
  const char *step, *zone = process->zone[0] == 0 ? NULL : process->zone;
  if (!worker_spawn(process->path, zone, &process->culprits, &worker, &step)) {
    report_failure(process, step,
                   errno == EACCES ? "Permission denied (must be executable: "
                                     "chmod +x)"
                                   : strerror(errno),
                   "");
    return 0;
  }
  uint64_t served_ms = 0;
  bool held_too_much = false;
  worker_messages_begin(&process->messages, process->log);
  if (await_ready(process, &worker) && greet_worker(process, &worker)) {
    uint64_t since_ns = channel_now_ns();
    if (process->said[0] != 0)
      host_log_say(process->log, LOG_INFO, "The worker runs again");
    process->said[0] = 0;
    held_too_much = watch_worker(process, &worker);
    served_ms = (channel_now_ns() - since_ns) / MS + 1;
  }
  worker_process_publish(process, NULL);
  channel_mark_dead(worker.channel);
  worker_messages_take_entries(&process->messages, worker.entries);
  worker_messages_take_words(&process->messages, worker.words);
  int status = worker_reap(&worker, served_ms > 0 ? 100 : 0);
  if (!asked_to_stop(process)) {
    culprits_note(&process->culprits, worker.channel->segment, held_too_much,
                  channel_now_ns());
    if (served_ms > 0)
      report_end(process, status);
    else
      report_failure(process, process->path, "it did not come up",
                     worker_messages_words(&process->messages));
  }
  worker_close(&worker);
  return served_ms;
}

static void pause_before_next(struct worker_process *process,
                              unsigned backoff_ms) {
  struct timespec until = channel_timespec(channel_in_ms(backoff_ms));
  pthread_mutex_lock(&process->lock);
  while (!process->stopping &&
         pthread_cond_timedwait(&process->changed, &process->lock, &until) !=
             ETIMEDOUT)
    ;
  pthread_mutex_unlock(&process->lock);
}

static void *watch(void *argument) {
  struct worker_process *process = argument;
  unsigned backoff_ms = WORKER_BACKOFF_FIRST_MS;
  while (!asked_to_stop(process)) {
    uint64_t served_ms = run_worker(process);
    if (served_ms == 0) publish_failure(process);
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
  process->current = NULL;
  process->said[0] = 0;
  process->culprits = (struct culprits){0};
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

/* Whether it is a new one. */
static bool leave_wish(struct worker_process *process,
                       const struct channel *channel, bool *wish) {
  pthread_mutex_lock(&process->lock);
  bool fresh = process->current == channel && !*wish;
  if (fresh) *wish = true;
  pthread_mutex_unlock(&process->lock);
  if (fresh) wake_watcher(process);
  return fresh;
}

void worker_process_late(struct worker_process *process,
                         struct channel *channel) {
  channel_set_suspect(channel, true);
  leave_wish(process, channel, &process->late);
}

void worker_process_replace(struct worker_process *process,
                            const struct channel *channel, const char *why) {
  if (leave_wish(process, channel, &process->replace))
    host_log_say(process->log, LOG_ERROR, "The worker is replaced: %s", why);
}

void worker_process_stop(struct worker_process *process) {
  pthread_mutex_lock(&process->lock);
  process->stopping = true;
  pthread_cond_broadcast(&process->changed);
  pthread_mutex_unlock(&process->lock);
  wake_watcher(process);
  pthread_join(process->watcher, NULL);
}

void worker_process_destroy(struct worker_process *process) {
  pthread_cond_destroy(&process->changed);
  pthread_mutex_destroy(&process->lock);
  close(process->wake_fd);
}
