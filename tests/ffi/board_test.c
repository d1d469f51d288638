/* The board of a worker, which this process plays: shown as board.ts does,
 * and read by its process ID. */
#define _GNU_SOURCE
#include "channel/channel.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

uint32_t sched_board_workers(uint32_t *pids, uint32_t capacity);
int32_t sched_board_read(uint32_t pid, uint8_t *bytes, uint32_t capacity);

/* What sched_board_read() returns instead of a length. */
enum { DENIED = -1, OTHER_VERSION = -2, UNREADABLE = -3, GONE = -4 };

#define TEXT_BYTES sizeof((struct channel_board *)0)->bytes

static struct channel *channel;
static struct channel_board *board;
static uint8_t bytes[TEXT_BYTES];

static void become_worker(void) {
  const char *failed;
  if (channel != NULL) channel_release(channel);
  channel = channel_create(&failed);
  CHECK(channel != NULL);
  board = (void *)((uint8_t *)channel->segment + BOARD_OFFSET);
  CHECK(dup2(channel->fd, WORKER_CHANNEL_FD) == WORKER_CHANNEL_FD);
}

static void show(uint8_t byte, uint32_t length) {
  atomic_fetch_add(&board->sequence, 1);
  board->length = length;
  memset(board->bytes, byte, length);
  atomic_fetch_add(&board->sequence, 1);
}

static int32_t read_board(void) {
  return sched_board_read((uint32_t)getpid(), bytes, sizeof bytes);
}

static bool holds(uint8_t byte, int32_t length) {
  for (int32_t i = 0; i < length; i++)
    if (bytes[i] != byte) return false;
  return true;
}

static bool is_listed(pid_t pid) {
  static uint32_t pids[4096];
  uint32_t count = sched_board_workers(pids, 4096);
  for (uint32_t i = 0; i < count; i++)
    if (pids[i] == (uint32_t)pid) return true;
  return false;
}

TEST(a_board_is_read_as_it_was_shown) {
  become_worker();
  CHECK(read_board() == 0);
  const uint32_t lengths[] = {1, 300, 8192, TEXT_BYTES, 2, 0};
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    show('a' + (uint8_t)i, lengths[i]);
    CHECK(read_board() == (int32_t)lengths[i]);
    CHECK(holds('a' + (uint8_t)i, (int32_t)lengths[i]));
  }
}

TEST(a_worker_is_listed_and_a_host_is_not) {
  close(WORKER_CHANNEL_FD);
  const char *failed;
  struct channel *host = channel_create(&failed);
  CHECK(host->fd > WORKER_CHANNEL_FD);
  CHECK(!is_listed(getpid()));
  CHECK(read_board() == GONE);
  channel_release(host);
  become_worker();
  CHECK(is_listed(getpid()));
}

TEST(no_more_workers_are_listed_than_there_is_room_for) {
  uint32_t pids[1] = {77};
  become_worker();
  CHECK(sched_board_workers(pids, 0) == 0 && pids[0] == 77);
  CHECK(sched_board_workers(pids, 1) == 1 && pids[0] != 77);
}

TEST(a_board_that_is_longer_than_the_room_for_it_is_unreadable) {
  become_worker();
  show('a', 9);
  CHECK(sched_board_read((uint32_t)getpid(), bytes, 9) == 9);
  CHECK(sched_board_read((uint32_t)getpid(), bytes, 8) == UNREADABLE);
}

TEST(a_board_that_is_never_at_rest_is_unreadable) {
  become_worker();
  show('a', 9);
  atomic_fetch_add(&board->sequence, 1);
  uint64_t began_ns = channel_now_ns();
  CHECK(read_board() == UNREADABLE);
  CHECK(channel_now_ns() - began_ns < 10000000000ull);
  atomic_fetch_add(&board->sequence, 1);
  CHECK(read_board() == 9);
}

TEST(a_length_that_cannot_be_is_unreadable) {
  become_worker();
  const uint32_t lengths[] = {TEXT_BYTES + 1, BOARD_BYTES, INT32_MAX,
                              UINT32_MAX};
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    board->length = lengths[i];
    CHECK(read_board() == UNREADABLE);
  }
}

TEST(another_layout_is_said_to_be_one) {
  become_worker();
  channel->segment->version++;
  CHECK(read_board() == OTHER_VERSION);
  channel->segment->version--;
  channel->segment->total_bytes++;
  CHECK(read_board() == OTHER_VERSION);
  channel->segment->total_bytes--;
  channel->segment->magic++;
  CHECK(read_board() == UNREADABLE);
  channel->segment->magic--;
  CHECK(read_board() == 0);
}

/* A memory of the segment's name that is not one. */
static void become_impostor(off_t size, bool with_header) {
  become_worker();
  int fd = memfd_create("scheduler-channel", MFD_CLOEXEC);
  CHECK(ftruncate(fd, size) == 0);
  if (with_header)
    CHECK(pwrite(fd, channel->segment, sizeof *channel->segment, 0) ==
          sizeof *channel->segment);
  CHECK(dup2(fd, WORKER_CHANNEL_FD) == WORKER_CHANNEL_FD);
  close(fd);
}

TEST(a_memory_that_only_has_the_name_is_refused) {
  become_impostor(0, false);
  CHECK(read_board() == UNREADABLE);
  become_impostor((off_t)SEGMENT_BYTES, false);
  CHECK(read_board() == UNREADABLE);
  become_impostor(4096, true);
  CHECK(read_board() == OTHER_VERSION);
  become_impostor((off_t)SEGMENT_BYTES - 1, true);
  CHECK(read_board() == OTHER_VERSION);
}

TEST(what_is_no_channel_is_gone) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  CHECK(dup2(ends[0], WORKER_CHANNEL_FD) == WORKER_CHANNEL_FD);
  CHECK(!is_listed(getpid()));
  CHECK(read_board() == GONE);
  CHECK(sched_board_read(UINT32_MAX, bytes, sizeof bytes) == GONE);
  CHECK(sched_board_read(0, bytes, sizeof bytes) == GONE);
}

/* Only root can become another user. */
TEST(the_board_of_another_user_is_denied) {
  if (geteuid() != 0) return;
  become_worker();
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  CHECK(seteuid(65534) == 0);
  CHECK(sched_board_read((uint32_t)child, bytes, sizeof bytes) == DENIED);
  CHECK(seteuid(0) == 0);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

static _Atomic bool stopped;

/* Texts of one byte each, of all lengths, with a rest between them that is
 * short enough for a reader to fall into the next one. */
static void *show_all_the_time(void *unused) {
  (void)unused;
  for (uint32_t i = 1; !stopped; i++) {
    show('a' + i % 26, 1 + i * 7919 % TEXT_BYTES);
    if (i % 4 == 0) usleep(20);
  }
  return NULL;
}

TEST(a_text_that_is_read_while_it_changes_is_whole) {
  pthread_t writer;
  int32_t length;
  unsigned whole = 0;
  become_worker();
  show('a', 1);
  pthread_create(&writer, NULL, show_all_the_time, NULL);
  for (int i = 0; i < 200; i++) {
    length = read_board();
    CHECK(length == UNREADABLE || length > 0);
    if (length <= 0) continue;
    CHECK(holds(bytes[0], length));
    whole++;
  }
  stopped = true;
  pthread_join(writer, NULL);
  CHECK(whole > 0);
}
