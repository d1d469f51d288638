/* The host's side of the channel: makes the segment and lets it go. See
 * channel.h. */
#define _GNU_SOURCE
#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static bool init_lock(struct channel *channel) {
  pthread_condattr_t monotonic;
  if (pthread_condattr_init(&monotonic) != 0) return false;
  bool ok =
      pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
      pthread_cond_init(&channel->slot_freed, &monotonic) == 0;
  pthread_condattr_destroy(&monotonic);
  if (ok && pthread_mutex_init(&channel->lock, NULL) != 0) {
    pthread_cond_destroy(&channel->slot_freed);
    ok = false;
  }
  return ok;
}

/* Clear of the standard streams' numbers: whoever writes messages in a host
 * that runs without them would write into the segment. Clear of the worker's
 * number for it too, by which a worker is told from its host (board.c). */
static int clear_of_numbers(int fd) {
  if (fd < 0 || fd > WORKER_CHANNEL_FD) return fd;
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, WORKER_CHANNEL_FD + 1);
  int why = errno;
  close(fd);
  errno = why;
  return moved;
}

/* Opens, sizes, reserves and seals the segment. The seals keep a worker from
 * truncating it, which would end the host by SIGBUS; the reservation keeps a
 * full memory from doing the same. Request areas are reserved as they are
 * used. */
static int open_segment(const char **failed) {
  *failed = "memfd_create";
  int fd = clear_of_numbers((int)syscall(SYS_memfd_create, CHANNEL_NAME,
                                         MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (fd < 0) return -1;
  *failed = "sizing the shared memory";
  if (ftruncate(fd, (off_t)SEGMENT_BYTES) != 0) goto cleanup;
  *failed = "reserving the shared memory";
  if (fallocate(fd, 0, 0, REQUEST_AREA_OFFSET) != 0) goto cleanup;
  if (fallocate(fd, 0, (off_t)ANSWER_AREA_OFFSET,
                (off_t)(SEGMENT_BYTES - ANSWER_AREA_OFFSET)) != 0)
    goto cleanup;
  *failed = "sealing the shared memory";
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    goto cleanup;
  return fd;

cleanup:;
  int why = errno;
  close(fd);
  errno = why;
  return -1;
}

/* Counts the channels of this process. */
static _Atomic uint32_t last_serial;

struct channel *channel_create(const char **failed) {
  struct channel *channel = calloc(1, sizeof *channel);
  *failed = "allocating the channel";
  if (channel == NULL) return NULL;
  channel->fd = open_segment(failed);
  if (channel->fd < 0) goto no_segment;
  *failed = "mapping the shared memory";
  void *map = mmap(NULL, SEGMENT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
                   channel->fd, 0);
  if (map == MAP_FAILED) goto no_map;
  *failed = "making a lock";
  if (!init_lock(channel)) goto no_lock;
  channel->segment = map;
  *channel->segment = (struct channel_header){
      .magic = CHANNEL_MAGIC,
      .version = CHANNEL_VERSION,
      .slot_count = SLOT_COUNT,
      .total_bytes = SEGMENT_BYTES,
      .slot_request_bytes = SLOT_REQUEST_BYTES,
      .slot_answer_bytes = SLOT_ANSWER_BYTES,
  };
  atomic_store(&channel->references, 1);
  channel->serial = atomic_fetch_add(&last_serial, 1) + 1;
  return channel;

  int why;
no_lock:
  why = errno;
  munmap(map, SEGMENT_BYTES);
  errno = why;
no_map:
  why = errno;
  close(channel->fd);
  errno = why;
no_segment:
  why = errno;
  free(channel);
  errno = why;
  return NULL;
}

void channel_retain(struct channel *channel) {
  atomic_fetch_add_explicit(&channel->references, 1, memory_order_relaxed);
}

void channel_release(struct channel *channel) {
  /* The release of each holder meets the acquire of the last one. */
  if (atomic_fetch_sub_explicit(&channel->references, 1,
                                memory_order_acq_rel) != 1)
    return;
  munmap(channel->segment, SEGMENT_BYTES);
  close(channel->fd);
  pthread_cond_destroy(&channel->slot_freed);
  pthread_mutex_destroy(&channel->lock);
  free(channel);
}
