/* Command line role: finds the workers of this machine and reads what each
 * shows on its board (channel.h). For src/channel/boards.ts. Reads by calls,
 * not by a mapping: what a process shows under the segment's name may be
 * anything, cut short while it is read, or written all the time. */
#define _POSIX_C_SOURCE 200809L
#include "channel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* How often a board is read that is written meanwhile, a millisecond apart: a
 * write takes some microseconds. More than that, and its writer is gone. */
#define BOARD_TRIES 20

/* How the kernel names what a memory descriptor links to. */
#define CHANNEL_LINK "/memfd:" CHANNEL_NAME

/* How a worker is started (worker_spawn.c). */
#define WORKER_COMMAND "scheduler.so\0serve"

/* What sched_board_read() answers instead of a length; boards.ts has the
 * words. */
enum board_problem {
  BOARD_DENIED = -1,        /* another user's */
  BOARD_OTHER_VERSION = -2, /* of the layout */
  BOARD_UNREADABLE = -3,    /* nonsense, or never at rest */
  BOARD_GONE = -4,          /* no such process, or it is no worker */
};

/* Room for "/proc/4294967295/cmdline". */
#define PROC_PATH_BYTES 32

static void write_channel_path(char path[PROC_PATH_BYTES], uint32_t pid) {
  snprintf(path, PROC_PATH_BYTES, "/proc/%u/fd/%d", pid, WORKER_CHANNEL_FD);
}

static enum board_problem problem_of(int error) {
  return error == EACCES || error == EPERM ? BOARD_DENIED : BOARD_GONE;
}

/* 0: the process has a channel where a worker has it. */
static int32_t find_channel(uint32_t pid) {
  char path[PROC_PATH_BYTES], link[sizeof CHANNEL_LINK - 1];
  write_channel_path(path, pid);
  ssize_t length = readlink(path, link, sizeof link);
  if (length < 0) return problem_of(errno);
  bool same = (size_t)length == sizeof link &&
              memcmp(link, CHANNEL_LINK, sizeof link) == 0;
  return same ? 0 : BOARD_GONE;
}

/* Where the link is denied, its command says whether it is a worker. */
static bool has_worker_command(uint32_t pid) {
  char path[PROC_PATH_BYTES], command[sizeof WORKER_COMMAND];
  snprintf(path, sizeof path, "/proc/%u/cmdline", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t length = read(fd, command, sizeof command);
  close(fd);
  return length == (ssize_t)sizeof command &&
         memcmp(command, WORKER_COMMAND, sizeof command) == 0;
}

static bool is_worker(uint32_t pid) {
  int32_t found = find_channel(pid);
  return found == 0 || (found == BOARD_DENIED && has_worker_command(pid));
}

/* [any thread] Fills pids, which has room for capacity, with the processes of
 * workers; returns how many. Those of other users are among them. */
EXPORT uint32_t sched_board_workers(uint32_t *pids, uint32_t capacity) {
  uint32_t count = 0;
  DIR *processes = opendir("/proc");
  if (processes == NULL) return 0;
  while (count < capacity) {
    const struct dirent *entry = readdir(processes);
    if (entry == NULL) break;
    char *end;
    uint32_t pid = (uint32_t)strtoul(entry->d_name, &end, 10);
    if (pid != 0 && *end == 0 && is_worker(pid)) pids[count++] = pid;
  }
  closedir(processes);
  return count;
}

static bool read_at(int fd, void *to, size_t bytes, uint64_t offset) {
  return pread(fd, to, bytes, (off_t)offset) == (ssize_t)bytes;
}

static int32_t check_layout(int fd) {
  struct channel_header header;
  if (!read_at(fd, &header, sizeof header, 0) ||
      header.magic != CHANNEL_MAGIC)
    return BOARD_UNREADABLE;
  if (header.version != CHANNEL_VERSION ||
      header.total_bytes != SEGMENT_BYTES ||
      lseek(fd, 0, SEEK_END) != (off_t)SEGMENT_BYTES)
    return BOARD_OTHER_VERSION;
  return 0;
}

static bool read_sequence(int fd, uint32_t *sequence) {
  return read_at(fd, sequence, sizeof *sequence,
                 BOARD_OFFSET + offsetof(struct channel_board, sequence));
}

/* The text's length, or BOARD_UNREADABLE. It is whole if the sequence is even
 * and the same before and after: the calls, and an x86-64 processor's loads,
 * keep their order. */
static int32_t try_read(int fd, uint8_t *bytes, uint32_t capacity) {
  uint32_t before, length, after;
  if (!read_sequence(fd, &before) || before % 2 != 0 ||
      !read_at(fd, &length, sizeof length,
               BOARD_OFFSET + offsetof(struct channel_board, length)) ||
      length > sizeof((struct channel_board *)0)->bytes ||
      length > capacity ||
      !read_at(fd, bytes, length,
               BOARD_OFFSET + offsetof(struct channel_board, bytes)) ||
      !read_sequence(fd, &after) || before != after)
    return BOARD_UNREADABLE;
  return (int32_t)length;
}

static int32_t read_at_rest(int fd, uint8_t *bytes, uint32_t capacity) {
  for (int left = BOARD_TRIES; left > 0; left--) {
    int32_t length = try_read(fd, bytes, capacity);
    if (length >= 0) return length;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  return BOARD_UNREADABLE;
}

/* [any thread] Copies what a worker shows into bytes, which has room for
 * capacity; what that holds after a failure means nothing. Returns its length,
 * 0 if it shows nothing yet, or an enum board_problem. Takes some
 * BOARD_TRIES milliseconds at most. */
EXPORT int32_t sched_board_read(uint32_t pid, uint8_t *bytes,
                                uint32_t capacity) {
  char path[PROC_PATH_BYTES];
  int32_t result = find_channel(pid);
  if (result != 0) return result;
  write_channel_path(path, pid);
  /* Not to be kept waiting by what may have taken its place since. */
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return problem_of(errno);
  result = check_layout(fd);
  if (result == 0) result = read_at_rest(fd, bytes, capacity);
  close(fd);
  return result;
}
