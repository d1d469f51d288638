/* See worker_process.h. */
#define _GNU_SOURCE
#include "worker_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

/* Where our ends of descriptors go, clear of those that a worker inherits. */
#define FIRST_FREE_FD 10

#define MS 1000000u

static void sleep_ms(unsigned ms) {
  struct timespec pause = {.tv_sec = ms / 1000,
                           .tv_nsec = (long)(ms % 1000) * 1000000};
  nanosleep(&pause, NULL);
}

/* Says why the worker does not run: once per cause, not once per try. */
static void report_failure(struct worker_process *process, const char *step,
                           int why) {
  char text[sizeof process->said];
  report_format(text, sizeof text, "Cannot start the worker: %s: %s", step,
                strerror(why));
  if (strcmp(text, process->said) == 0) return;
  memcpy(process->said, text, sizeof text);
  report("%s; picks get the answer on failure until it runs", text);
}

/* ---- one worker ---- */

struct worker {
  pid_t pid;
  int line; /* our end of the life line */
  struct channel *channel;
};

/* Both ends close-on-exec and clear of the numbers that a worker inherits. */
static bool open_life_line(int ends[2]) {
  int low[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, low) != 0)
    return false;
  for (int i = 0; i < 2; i++) {
    ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
    int why = errno;
    close(low[i]);
    errno = why;
  }
  if (ends[0] >= 0 && ends[1] >= 0) return true;
  int why = errno;
  if (ends[0] >= 0) close(ends[0]);
  if (ends[1] >= 0) close(ends[1]);
  errno = why;
  return false;
}

static int set_files(posix_spawn_file_actions_t *files, int channel,
                     int line) {
  int error = posix_spawn_file_actions_addopen(files, 0, "/dev/null",
                                               O_RDONLY, 0);
  if (error == 0) error = posix_spawn_file_actions_adddup2(files, 2, 1);
  if (error == 0)
    error = posix_spawn_file_actions_adddup2(files, channel,
                                             WORKER_CHANNEL_FD);
  if (error == 0)
    error = posix_spawn_file_actions_adddup2(files, line,
                                             WORKER_LIFE_LINE_FD);
  return error;
}

/* Signals as in a fresh program, and a process group of its own, so that a
 * terminal's interrupt reaches the host alone. */
static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawnattr_setsigmask(attributes, &none);
  if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &all);
  if (error == 0) error = posix_spawnattr_setpgroup(attributes, 0);
  if (error == 0)
    error = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
                                                     POSIX_SPAWN_SETSIGDEF |
                                                     POSIX_SPAWN_SETPGROUP);
  return error;
}

/* Starts path with a minimal environment: the host's holds secrets. */
static int spawn(const char *path, int channel, int line, pid_t *pid) {
  char *arguments[] = {"scheduler.so", "serve", NULL};
  char zone[128];
  const char *host_zone = getenv("TZ");
  bool zoned = host_zone != NULL && strlen(host_zone) < sizeof zone - 4;
  if (zoned) report_format(zone, sizeof zone, "TZ=%s", host_zone);
  char *environment[] = {"NO_COLOR=1", zoned ? zone : NULL, NULL};
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&files);
  if (error != 0) return error;
  error = posix_spawnattr_init(&attributes);
  if (error == 0) {
    error = set_files(&files, channel, line);
    if (error == 0) error = set_attributes(&attributes);
    if (error == 0)
      error = posix_spawn(pid, path, &files, &attributes, arguments,
                          environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&files);
  return error;
}

/* A new channel and a worker on it. False after a report. */
static bool start_worker(struct worker_process *process,
                         struct worker *worker) {
  const char *step;
  worker->channel = channel_create(&step);
  if (worker->channel == NULL) {
    report_failure(process, step, errno);
    return false;
  }
  int ends[2], high = -1, error = 0;
  step = "opening its life line";
  if (!open_life_line(ends)) {
    error = errno;
    goto no_line;
  }
  high = fcntl(worker->channel->fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
  error = high < 0 ? errno
                   : spawn(process->path, high, ends[1], &worker->pid);
  step = process->path;
  if (high >= 0) close(high);
  close(ends[1]);
  if (error == 0) {
    worker->line = ends[0];
    return true;
  }
  close(ends[0]);
no_line:
  channel_release(worker->channel);
  report_failure(process, step, error);
  return false;
}

enum event { EVENT_LINE, EVENT_WAKE, EVENT_DEADLINE };

/* Waits for the worker's end of the life line (a byte when `input`, or its
 * closing), for a wake by another thread, or for the deadline. */
static enum event wait_event(const struct worker_process *process,
                             const struct worker *worker, bool input,
                             uint64_t deadline_ns) {
  struct pollfd files[2] = {
      {.fd = worker->line, .events = input ? POLLIN : 0},
      {.fd = process->wake_fd, .events = POLLIN},
  };
  for (;;) {
    int timeout = -1;
    if (deadline_ns != 0) {
      uint64_t now = channel_now_ns();
      if (now >= deadline_ns) return EVENT_DEADLINE;
      timeout = (int)((deadline_ns - now) / MS + 1);
    }
    int ready = poll(files, 2, timeout);
    if (ready <= 0) continue;
    if (files[0].revents != 0) return EVENT_LINE;
    uint64_t count;
    if (read(process->wake_fd, &count, sizeof count) > 0) return EVENT_WAKE;
  }
}

/* Reaps a child within about a second; kills it when it does not end within
 * grace_ms by itself. Returns its wait status, or -1 when it is not ours to
 * reap (the host ignores SIGCHLD). */
static int end_worker(const struct worker *worker, unsigned grace_ms) {
  for (unsigned waited = 0; waited < grace_ms + 1000; waited++) {
    int status;
    pid_t got = waitpid(worker->pid, &status, WNOHANG);
    if (got == worker->pid) return status;
    if (got < 0 && errno != EINTR) return -1;
    if (waited == grace_ms) kill(-worker->pid, SIGKILL);
    sleep_ms(1);
  }
  return -1;
}

static void publish(struct worker_process *process, struct channel *channel) {
  pthread_mutex_lock(&process->lock);
  process->current = channel;
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
  process->replace = false;
  pthread_mutex_unlock(&process->lock);
  return replace;
}

/* Waits for the worker's sign that it serves. */
static bool await_ready(struct worker_process *process,
                        const struct worker *worker) {
  uint64_t deadline_ns =
      channel_now_ns() + (uint64_t)WORKER_START_MS * MS;
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

/* Serves with this worker until it ends, is to be replaced, or all stops. */
static void watch_worker(struct worker_process *process,
                         struct worker *worker) {
  for (;;) {
    enum event event = wait_event(process, worker, false, 0);
    if (event == EVENT_LINE) return;
    if (asked_to_stop(process)) {
      channel_ask_to_stop(worker->channel);
      wait_event(process, worker, false,
                 channel_now_ns() + (uint64_t)WORKER_STOP_MS * MS);
      return;
    }
    if (asked_to_replace(process)) {
      kill(-worker->pid, SIGKILL);
      return;
    }
  }
}

static void report_end(int status) {
  if (status == -1)
    report("The worker ended; a new one is started");
  else if (WIFSIGNALED(status))
    report("The worker was ended by signal %d; a new one is started",
           WTERMSIG(status));
  else
    report("The worker ended with exit code %d; a new one is started",
           WEXITSTATUS(status));
}

/* Runs one worker from start to end. Returns how long it served, in
 * milliseconds; 0 if it never did. */
static uint64_t run_worker(struct worker_process *process) {
  struct worker worker;
  if (!start_worker(process, &worker)) return 0;
  uint64_t served_ms = 0;
  asked_to_replace(process);
  bool ready = await_ready(process, &worker);
  if (ready && process->greet(worker.channel)) {
    uint64_t since_ns = channel_now_ns();
    process->said[0] = 0;
    publish(process, worker.channel);
    watch_worker(process, &worker);
    publish(process, NULL);
    served_ms = (channel_now_ns() - since_ns) / MS + 1;
  }
  channel_mark_dead(worker.channel);
  bool stopping = asked_to_stop(process);
  int status = end_worker(&worker, served_ms > 0 ? 100 : 0);
  close(worker.line);
  channel_release(worker.channel);
  if (!stopping && served_ms == 0)
    report_failure(process, "it did not come up", ECHILD);
  else if (!stopping)
    report_end(status);
  return served_ms;
}

static void pause_before_next(struct worker_process *process,
                              unsigned backoff_ms) {
  uint64_t until_ns = channel_now_ns() + (uint64_t)backoff_ms * MS;
  struct timespec until = {.tv_sec = (time_t)(until_ns / 1000000000u),
                           .tv_nsec = (long)(until_ns % 1000000000u)};
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
  process->stopping = process->replace = false;
  process->current = NULL;
  process->said[0] = 0;
  process->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
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
  struct timespec until = {.tv_sec = (time_t)(deadline_ns / 1000000000u),
                           .tv_nsec = (long)(deadline_ns % 1000000000u)};
  pthread_mutex_lock(&process->lock);
  while (process->current == NULL && !process->stopping && deadline_ns != 0)
    if (pthread_cond_timedwait(&process->changed, &process->lock, &until) ==
        ETIMEDOUT)
      break;
  struct channel *channel = process->stopping ? NULL : process->current;
  if (channel != NULL) channel_retain(channel);
  pthread_mutex_unlock(&process->lock);
  return channel;
}

static void wake_watcher(struct worker_process *process) {
  uint64_t one = 1;
  while (write(process->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

void worker_process_replace(struct worker_process *process,
                            const struct channel *channel) {
  pthread_mutex_lock(&process->lock);
  bool current = process->current == channel;
  if (current) process->replace = true;
  pthread_mutex_unlock(&process->lock);
  if (current) wake_watcher(process);
}

void worker_process_stop(struct worker_process *process) {
  pthread_mutex_lock(&process->lock);
  process->stopping = true;
  pthread_cond_broadcast(&process->changed);
  pthread_mutex_unlock(&process->lock);
  wake_watcher(process);
  pthread_join(process->watcher, NULL);
  pthread_cond_destroy(&process->changed);
  pthread_mutex_destroy(&process->lock);
  close(process->wake_fd);
}
