/* See worker_life.h. */
#define _GNU_SOURCE
#include "worker_life.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS 1000000ull

/* ---- what others wish ---- */

bool worker_life_stops(struct worker_process *process) {
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

void worker_life_wake(struct worker_process *process) {
  uint64_t one = 1;
  while (write(process->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

/* ---- what happens ---- */

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

/* ---- its beginning ---- */

/* Waits for the worker's sign that it serves. */
static bool await_ready(struct worker_process *process,
                        const struct worker *worker, struct worker_end *end) {
  uint64_t deadline_ns = channel_in_ms(WORKER_START_MS);
  for (;;) {
    switch (wait_event(process, worker, true, deadline_ns)) {
      case EVENT_LINE: {
        char sign;
        return recv(worker->line, &sign, 1, MSG_DONTWAIT) == 1;
      }
      case EVENT_WAKE:
        if (worker_life_stops(process)) return false;
        break;
      case EVENT_DEADLINE:
        *end = (struct worker_end){END_SILENT, WORKER_START_MS, 0, NULL};
        return false;
    }
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

static void *make_greeting(void *argument) {
  struct greeting *greeting = argument;
  greeting->ok = greeting->process->greet(greeting->channel);
  atomic_store(&greeting->done, true);
  worker_life_wake(greeting->process);
  return NULL;
}

static bool greet_worker(struct worker_process *process,
                         const struct worker *worker, struct worker_end *end) {
  worker_messages_take_words(&process->messages, worker->words);
  worker_messages_serving(&process->messages);
  struct greeting greeting = {.process = process,
                              .channel = worker->channel};
  pthread_t thread;
  /* Inherits the watcher's mask: all signals blocked. */
  if (pthread_create(&thread, NULL, make_greeting, &greeting) != 0) {
    *end = (struct worker_end){END_REPLACED, 0, 0,
                               "the system gives no thread to greet it"};
    return false;
  }
  bool gone = false;
  while (!gone && !atomic_load(&greeting.done)) {
    enum event event =
        wait_event(process, worker, false, channel_in_ms(WORKER_TICK_MS));
    gone = event == EVENT_LINE || worker_life_stops(process);
    if (gone) channel_mark_dead(worker->channel);
  }
  pthread_join(thread, NULL);
  if (!greeting.ok && !gone)
    *end = (struct worker_end){END_REPLACED, 0, 0,
                               "it gave no good answer to the config"};
  return greeting.ok;
}

bool worker_life_begin(struct worker_process *process,
                       const struct worker *worker, struct worker_end *end) {
  return await_ready(process, worker, end) &&
         greet_worker(process, worker, end);
}

/* ---- its service ---- */

/* Asks a late worker for a sign of life. False: it gave none, or all stops.
 * Looks at the other events in steps, since one thread cannot wait for a
 * futex and for files at once. */
static bool answers_ping(struct worker_process *process,
                         const struct worker *worker, struct worker_end *end) {
  const uint64_t step_ns = 5 * MS, since_ns = channel_now_ns();
  uint32_t ping = channel_ping(worker->channel);
  for (;;) {
    /* A larger request that arrived since may take longer. */
    uint64_t deadline_ns =
        channel_patience_ns(worker->channel, WORKER_SILENT_MS * MS);
    if (channel_await_pong(worker->channel, ping, step_ns)) return true;
    if (worker_life_stops(process)) {
      *end = (struct worker_end){END_SHUTDOWN, 0, 0, NULL};
      return false;
    }
    if (channel_now_ns() >= deadline_ns) {
      *end = (struct worker_end){END_SILENT,
                                 (channel_now_ns() - since_ns) / MS, 0, NULL};
      return false;
    }
    if (wait_event(process, worker, false, channel_now_ns() + 1) ==
        EVENT_LINE)
      return false;
  }
}

static bool within_memory(const struct worker *worker,
                          struct worker_end *end) {
  uint64_t allowed =
      WORKER_MEMORY_BYTES + WORKER_MEMORY_PER_REQUEST_BYTE *
                                channel_large_bytes(worker->channel);
  uint64_t resident = worker_resident_bytes(worker);
  if (resident <= allowed) return true;
  *end = (struct worker_end){END_MEMORY, resident, allowed, NULL};
  return false;
}

static void stop_worker(struct worker_process *process,
                        const struct worker *worker) {
  channel_ask_to_stop(worker->channel);
  uint64_t deadline_ns = channel_in_ms(WORKER_STOP_MS);
  while (wait_event(process, worker, false, deadline_ns) == EVENT_WAKE)
    ;
}

void worker_life_watch(struct worker_process *process,
                       const struct worker *worker, struct worker_end *end) {
  for (;;) {
    enum event event =
        wait_event(process, worker, false, channel_in_ms(WORKER_TICK_MS));
    if (event == EVENT_LINE) return;
    if (worker_life_stops(process)) {
      *end = (struct worker_end){END_SHUTDOWN, 0, 0, NULL};
      stop_worker(process, worker);
      return;
    }
    if (asked_to_replace(process)) {
      *end = (struct worker_end){END_REPLACED, 0, 0, process->wish};
      break;
    }
    if (!within_memory(worker, end)) break;
    channel_tidy(worker->channel);
    if (!take_late(process)) continue;
    if (!answers_ping(process, worker, end)) break;
    channel_set_suspect(worker->channel, false);
  }
  worker_kill(worker);
}
