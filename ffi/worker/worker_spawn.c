/* See worker_spawn.h. */
#define _GNU_SOURCE
#include "worker_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host_folder.h"

/* Where our ends of descriptors go, clear of those that a worker inherits. */
#define FIRST_FREE_FD 10

static void close_keeping_errno(int fd) {
  int why = errno;
  if (fd >= 0) close(fd);
  errno = why;
}

int worker_move_up(int fd) {
  if (fd < 0) return fd;
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
  close_keeping_errno(fd);
  return moved;
}

static bool move_both_up(const int low[2], int ends[2]) {
  ends[0] = worker_move_up(low[0]);
  ends[1] = worker_move_up(low[1]);
  if (ends[0] >= 0 && ends[1] >= 0) return true;
  close_keeping_errno(ends[0]);
  close_keeping_errno(ends[1]);
  return false;
}

/* ends[0] is ours, ends[1] the worker's. */
static bool open_life_line(int ends[2]) {
  int low[2];
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, low) == 0 &&
         move_both_up(low, ends);
}

static bool open_entries(int ends[2]) {
  int low[2];
  return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, low) == 0 &&
         move_both_up(low, ends);
}

static bool open_words(int ends[2]) {
  int low[2];
  if (pipe2(low, O_CLOEXEC) != 0 || !move_both_up(low, ends)) return false;
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return true;
}

/* What a worker inherits. */
struct inheritance {
  int channel, line, entries, words;
};

static int set_files(posix_spawn_file_actions_t *files,
                     const struct inheritance *given) {
  int error = posix_spawn_file_actions_addopen(files, STDIN_FILENO,
                                               "/dev/null", O_RDONLY, 0);
  if (error == 0)
    error = posix_spawn_file_actions_addopen(files, STDOUT_FILENO,
                                             "/dev/null", O_WRONLY, 0);
  const int wanted[][2] = {{given->words, STDERR_FILENO},
                           {given->channel, WORKER_CHANNEL_FD},
                           {given->line, WORKER_LIFE_LINE_FD},
                           {given->entries, WORKER_LOG_FD}};
  for (size_t i = 0; error == 0 && i < sizeof wanted / sizeof wanted[0]; i++)
    error = posix_spawn_file_actions_adddup2(files, wanted[i][0],
                                             wanted[i][1]);
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

/* Starts path with a minimal environment: the host's holds secrets. It stands
 * elsewhere, and is told where the host does: paths in its config begin
 * there. */
static int start(const char *path, const char *zone,
                 const struct inheritance *given, pid_t *pid) {
  char folder[PATH_MAX];
  host_folder_find(folder);
  char *arguments[] = {"scheduler.so", "serve", folder, NULL};
  char *environment[] = {"NO_COLOR=1", (char *)(uintptr_t)zone, NULL};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return error;
  error = posix_spawnattr_init(&attributes);
  if (error == 0) {
    error = set_files(&actions, given);
    if (error == 0) error = set_attributes(&attributes);
    if (error == 0)
      error = posix_spawn(pid, path, &actions, &attributes, arguments,
                          environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

static int open_memory(pid_t pid) {
  char path[48];
  snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
  return worker_move_up(open(path, O_RDONLY | O_CLOEXEC));
}

static void tell_past(struct worker_past *past,
                      struct channel_header *header) {
  culprits_give(&past->culprits, header, channel_now_ns());
  proven_give(&past->proven, header);
  atomic_store(&header->awaited, past->served);
}

bool worker_spawn(const char *path, const char *zone,
                  struct worker_past *past, struct worker *worker,
                  const char **step) {
  int line[2] = {-1, -1}, entries[2] = {-1, -1}, words[2] = {-1, -1};
  int channel = -1;
  worker->channel = channel_create(step);
  if (worker->channel == NULL) return false;
  tell_past(past, worker->channel->segment);
  *step = "opening its life line";
  if (!open_life_line(line)) goto failed;
  *step = "opening the way to the log";
  if (!open_entries(entries) || !open_words(words)) goto failed;
  channel = fcntl(worker->channel->fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
  if (channel < 0) goto failed;
  *step = path;
  errno = start(path, zone,
                &(struct inheritance){channel, line[1], entries[1], words[1]},
                &worker->pid);
  if (errno != 0) goto failed;
  close(channel);
  close(line[1]);
  close(entries[1]);
  close(words[1]);
  worker->line = line[0];
  worker->entries = entries[0];
  worker->words = words[0];
  worker->memory = open_memory(worker->pid);
  return true;

failed:
  close_keeping_errno(channel);
  for (int i = 0; i < 2; i++) {
    close_keeping_errno(line[i]);
    close_keeping_errno(entries[i]);
    close_keeping_errno(words[i]);
  }
  int why = errno;
  channel_release(worker->channel);
  errno = why;
  return false;
}

uint64_t worker_resident_bytes(const struct worker *worker) {
  char text[128];
  if (worker->memory < 0) return 0;
  ssize_t length = pread(worker->memory, text, sizeof text - 1, 0);
  if (length <= 0) return 0;
  text[length] = 0;
  /* Second number: resident pages (proc(5)). */
  char *second = strchr(text, ' ');
  return second == NULL ? 0
                        : strtoull(second, NULL, 10) *
                              (uint64_t)sysconf(_SC_PAGESIZE);
}

void worker_kill(const struct worker *worker) {
  kill(-worker->pid, SIGKILL);
}

int worker_reap(const struct worker *worker, unsigned grace_ms, bool *killed) {
  *killed = false;
  for (unsigned waited = 0; waited < grace_ms + 1000; waited++) {
    int status;
    pid_t got = waitpid(worker->pid, &status, WNOHANG);
    if (got == worker->pid) return status;
    if (got < 0 && errno != EINTR) return -1;
    if (waited == grace_ms) {
      worker_kill(worker);
      *killed = true;
    }
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  return -1;
}

void worker_close(struct worker *worker) {
  channel_mark_dead(worker->channel);
  channel_release(worker->channel);
  close(worker->line);
  close(worker->entries);
  close(worker->words);
  if (worker->memory >= 0) close(worker->memory);
}
