/* Both ends of the channel in one process: the host's calls against
 * worker.c's loop on a thread, with handlers written here, and against a
 * worker that writes what it likes. */
#define _GNU_SOURCE
#include "channel/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

uint32_t sched_worker_attach(void);
void *sched_worker_segment(void);
uint32_t sched_worker_serve(void (*handler)(uint32_t slot),
                            struct channel_exchange *exchange,
                            uint32_t turn_ms, uint32_t rest_ms);

#define MS 1000000u

/* Takes the numbers that a worker inherits, so that no other descriptor of a
 * test gets them. */
__attribute__((constructor)) static void take_inherited_numbers(void) {
  int fd;
  do fd = open("/dev/null", O_RDONLY);
  while (fd >= 0 && fd < WORKER_LIFE_LINE_FD);
}

static uint64_t in_ms(uint64_t ms) { return channel_now_ns() + ms * MS; }

static struct channel *create(void) {
  const char *failed;
  struct channel *channel = channel_create(&failed);
  if (channel == NULL) {
    perror(failed);
    abort();
  }
  return channel;
}

/* ---- a worker that behaves: answers with what it was asked ---- */

/* Per slot: the call as it arrives, and the answer as it leaves. */
static struct {
  uint8_t *bytes;
  uint32_t length;
} calls[SLOT_COUNT];
static struct channel_header *worker_segment;
static _Atomic int handled;

static struct channel_exchange exchange;

static void send_rest(uint32_t index) {
  uint32_t offset =
      exchange.kind == SLOT_CONTINUE ? exchange.part_offset : 0;
  uint32_t left = calls[index].length - offset;
  if (left > SLOT_ANSWER_BYTES) left = SLOT_ANSWER_BYTES;
  memcpy(exchange.answer, calls[index].bytes + offset, left);
  /* The last byte is the publication, so that both are seen to arrive. */
  exchange.answer_bytes = calls[index].length - 1;
  exchange.publish_bytes = 1;
  exchange.answer_part_bytes = left;
  exchange.rc = 1;
  exchange.outcome = SLOT_ANSWER;
}

static void echo(uint32_t index) {
  if (exchange.kind == SLOT_CONTINUE) {
    send_rest(index);
    return;
  }
  if (exchange.part_offset == 0) {
    free(calls[index].bytes);
    calls[index].bytes = malloc(exchange.total_bytes);
    calls[index].length = exchange.total_bytes;
  }
  memcpy(calls[index].bytes + exchange.part_offset,
         channel_request_area(worker_segment, index), exchange.part_bytes);
  if (exchange.part_offset + exchange.part_bytes < exchange.total_bytes) {
    exchange.outcome = SLOT_GO_ON;
    return;
  }
  handled++;
  send_rest(index);
}

static void do_nothing(uint32_t index) { (void)index; }

static void be_slow(uint32_t index) {
  usleep(100000);
  echo(index);
}

static _Atomic bool stopped;

static void *serve(void *handler) {
  void (*function)(uint32_t);
  memcpy(&function, &handler, sizeof function);
  while (!stopped && sched_worker_serve(function, &exchange, 20, 20) == 0)
    ;
  return NULL;
}

/* One channel for all tests of this process, since worker.c has one. */
static struct channel *connect_worker(pthread_t *thread,
                                      void (*handler)(uint32_t)) {
  struct channel *channel = create();
  int line[2];
  void *argument;
  CHECK(dup2(channel->fd, WORKER_CHANNEL_FD) == WORKER_CHANNEL_FD);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, line) == 0);
  CHECK(dup2(line[1], WORKER_LIFE_LINE_FD) == WORKER_LIFE_LINE_FD);
  CHECK(sched_worker_attach() == 0);
  worker_segment = sched_worker_segment();
  memcpy(&argument, &handler, sizeof argument);
  pthread_create(thread, NULL, serve, argument);
  return channel;
}

static void disconnect_worker(struct channel *channel, pthread_t thread) {
  stopped = true;
  channel_ask_to_stop(channel);
  pthread_join(thread, NULL);
  channel_release(channel);
}

static enum channel_status call_with(struct channel *channel,
                                     const uint8_t *request, size_t bytes,
                                     uint64_t ms,
                                     struct channel_answer *answer) {
  struct channel_call call = {.method = "m",
                              .method_bytes = 1,
                              .request = request,
                              .request_bytes = bytes,
                              .deadline_ns = in_ms(ms)};
  return channel_call(channel, &call, answer);
}

static void check_echo(struct channel *channel, size_t bytes) {
  uint8_t *request = malloc(bytes + 1);
  for (size_t i = 0; i < bytes; i++) request[i] = (uint8_t)(i * 31 + i / 251);
  struct channel_answer answer = {0};
  CHECK(call_with(channel, request, bytes, 20000, &answer) ==
        CHANNEL_ANSWERED);
  CHECK(answer.rc == 1);
  CHECK(answer.answer_bytes == bytes && answer.publish_bytes == 1);
  CHECK(answer.bytes != NULL && answer.bytes[0] == 'm' &&
        memcmp(answer.bytes + 1, request, bytes) == 0);
  free(answer.bytes);
  free(request);
}

TEST(call_returns_the_answer_of_its_request_at_every_size) {
  pthread_t thread;
  struct channel *channel = connect_worker(&thread, echo);
  const size_t sizes[] = {1,
                          2,
                          7,
                          8,
                          9,
                          SLOT_ANSWER_BYTES - 2,
                          SLOT_ANSWER_BYTES - 1,
                          SLOT_ANSWER_BYTES,
                          SLOT_KEPT_BYTES,
                          SLOT_REQUEST_BYTES - 2,
                          SLOT_REQUEST_BYTES - 1,
                          SLOT_REQUEST_BYTES,
                          3 * SLOT_REQUEST_BYTES + 5,
                          REQUEST_LIMIT_BYTES};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    check_echo(channel, sizes[i]);
  disconnect_worker(channel, thread);
}

static void *caller(void *argument) {
  struct channel *channel = argument;
  for (size_t i = 0; i < 500; i++)
    check_echo(channel, 1 + (i * 7919 + (size_t)pthread_self()) % 3000);
  return NULL;
}

TEST(calls_of_many_threads_get_their_own_answers) {
  pthread_t worker, callers[64];
  struct channel *channel = connect_worker(&worker, echo);
  for (int i = 0; i < 64; i++)
    pthread_create(&callers[i], NULL, caller, channel);
  for (int i = 0; i < 64; i++) pthread_join(callers[i], NULL);
  CHECK(handled == 64 * 500);
  disconnect_worker(channel, worker);
}

TEST(call_fails_when_the_handler_writes_nothing) {
  pthread_t thread;
  struct channel *channel = connect_worker(&thread, do_nothing);
  struct channel_answer answer = {0};
  CHECK(call_with(channel, NULL, 0, 5000, &answer) == CHANNEL_FAILED);
  CHECK(answer.bytes == NULL);
  disconnect_worker(channel, thread);
}

TEST(a_late_slot_is_used_again_only_after_its_answer) {
  pthread_t thread;
  struct channel *channel = connect_worker(&thread, be_slow);
  struct channel_answer answer = {0};
  uint8_t byte = 'x';
  CHECK(call_with(channel, &byte, 1, 10, &answer) == CHANNEL_FULL);
  CHECK(channel->owner[LARGE_SLOTS] == OWNER_ABANDONED);
  CHECK(call_with(channel, &byte, 1, 5000, &answer) == CHANNEL_ANSWERED);
  CHECK(channel->owner[LARGE_SLOTS] == OWNER_ABANDONED);
  CHECK(channel->owner[LARGE_SLOTS + 1] == OWNER_FREE);
  free(answer.bytes);
  disconnect_worker(channel, thread);
}

TEST(a_request_whose_deadline_passed_is_not_handled) {
  pthread_t thread;
  struct channel *channel = create();
  struct channel_answer answer = {0};
  uint8_t byte = 'x';
  CHECK(call_with(channel, &byte, 1, 10, &answer) == CHANNEL_FULL);
  channel_release(channel);
  channel = connect_worker(&thread, echo);
  CHECK(call_with(channel, &byte, 1, 5000, &answer) == CHANNEL_ANSWERED);
  free(answer.bytes);
  CHECK(handled == 1);
  disconnect_worker(channel, thread);
}

static size_t bytes_left(const struct channel *channel) {
  const uint8_t *bytes = (const uint8_t *)channel->segment;
  size_t left = 0;
  for (size_t i = REQUEST_AREA_OFFSET; i < SEGMENT_BYTES; i++)
    left += bytes[i] != 0;
  return left;
}

TEST(a_call_leaves_no_byte_of_request_and_answer_behind) {
  pthread_t thread;
  struct channel *channel = connect_worker(&thread, echo);
  check_echo(channel, 5 * SLOT_REQUEST_BYTES);
  check_echo(channel, SLOT_REQUEST_BYTES - 1);
  check_echo(channel, 100);
  CHECK(bytes_left(channel) == 0);
  disconnect_worker(channel, thread);
}

/* ---- no worker ---- */

static void *kill_soon(void *channel) {
  usleep(20000);
  channel_mark_dead(channel);
  return NULL;
}

TEST(waiting_calls_return_at_once_when_the_worker_dies) {
  pthread_t killer;
  struct channel *channel = create();
  struct channel_answer answer = {0};
  pthread_create(&killer, NULL, kill_soon, channel);
  uint64_t deadline_ns = in_ms(60000);
  CHECK(call_with(channel, NULL, 0, 60000, &answer) == CHANNEL_DEAD);
  CHECK(channel_now_ns() < deadline_ns);
  CHECK(call_with(channel, NULL, 0, 60000, &answer) == CHANNEL_DEAD);
  CHECK(channel_now_ns() < deadline_ns);
  pthread_join(killer, NULL);
  channel_release(channel);
}

TEST(only_a_call_that_the_worker_had_long_enough_is_late) {
  struct channel *channel = create();
  struct channel_answer answer = {0};
  CHECK(call_with(channel, NULL, 0, FAIR_SHARE_MS / 2, &answer) ==
        CHANNEL_FULL);
  CHECK(call_with(channel, NULL, 0, FAIR_SHARE_MS + 10, &answer) ==
        CHANNEL_LATE);
  channel_release(channel);
}

TEST(a_full_channel_ends_a_call_at_its_deadline) {
  struct channel *channel = create();
  struct channel_answer answer = {0};
  for (uint32_t i = LARGE_SLOTS; i < SLOT_COUNT; i++)
    CHECK(call_with(channel, NULL, 0, 1, &answer) == CHANNEL_FULL);
  for (uint32_t i = LARGE_SLOTS; i < SLOT_COUNT; i++)
    CHECK(channel->owner[i] == OWNER_ABANDONED);
  CHECK(channel->owner[0] == OWNER_FREE);
  CHECK(call_with(channel, NULL, 0, 10, &answer) == CHANNEL_FULL);
  channel_release(channel);
}

static size_t bytes_held(const struct channel *channel) {
  struct stat segment = {0};
  CHECK(fstat(channel->fd, &segment) == 0);
  return (size_t)segment.st_blocks * 512;
}

TEST(a_large_call_gives_its_memory_back) {
  pthread_t thread;
  struct channel *channel = connect_worker(&thread, echo);
  size_t before = bytes_held(channel);
  check_echo(channel, 5 * SLOT_REQUEST_BYTES);
  check_echo(channel, SLOT_REQUEST_BYTES - 1);
  CHECK(bytes_held(channel) <= before + 2 * SLOT_KEPT_BYTES);
  disconnect_worker(channel, thread);
}

TEST(a_late_answer_leaves_nothing_behind_once_its_slot_is_taken_back) {
  struct channel *channel = create();
  struct channel_answer answer = {0};
  const uint8_t request[] = "secret";
  for (uint32_t i = LARGE_SLOTS; i < SLOT_COUNT; i++)
    CHECK(call_with(channel, request, sizeof request, 1, &answer) ==
          CHANNEL_FULL);
  for (uint32_t i = LARGE_SLOTS; i < SLOT_COUNT; i++) {
    struct channel_slot *slot = channel_slot_at(channel->segment, i);
    memset(channel_answer_area(channel->segment, i), 'x', SLOT_ANSWER_BYTES);
    atomic_store(&slot->answer_number, atomic_load(&slot->request_number));
  }
  CHECK(bytes_left(channel) > 0);
  channel_tidy(channel);
  CHECK(bytes_left(channel) == 0);
  for (uint32_t i = 0; i < SLOT_COUNT; i++)
    CHECK(channel->owner[i] == OWNER_FREE);
  channel_release(channel);
}

TEST(the_segment_can_not_be_resized) {
  struct channel *channel = create();
  CHECK(ftruncate(channel->fd, 4096) == -1 && errno == EPERM);
  CHECK(ftruncate(channel->fd, (off_t)SEGMENT_BYTES * 2) == -1 &&
        errno == EPERM);
  channel_release(channel);
}

/* ---- a system that refuses ---- */

static bool create_fails(const char *wanted_step, int wanted_errno) {
  const char *failed = NULL;
  struct channel *channel = channel_create(&failed);
  int why = errno;
  if (channel != NULL) channel_release(channel);
  return channel == NULL && why == wanted_errno &&
         strcmp(failed, wanted_step) == 0;
}

static bool create_fails_within(int resource, rlim_t limit,
                                const char *wanted_step, int wanted_errno) {
  struct rlimit before;
  getrlimit(resource, &before);
  setrlimit(resource, &(struct rlimit){limit, before.rlim_max});
  bool fails = create_fails(wanted_step, wanted_errno);
  setrlimit(resource, &before);
  return fails;
}

TEST(a_limit_is_a_failed_step) {
  CHECK(create_fails_within(RLIMIT_NOFILE, 3, "memfd_create", EMFILE));
  /* The limit's signal would end the process; the watcher, whose work this
   * is, blocks all. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  CHECK(create_fails_within(RLIMIT_FSIZE, 1 << 20,
                            "sizing the shared memory", EFBIG));
  sigtimedwait(&all, NULL, &(struct timespec){0});
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  channel_release(create());
}

TEST(the_segment_keeps_clear_of_the_standard_streams) {
  int streams[3];
  for (int i = 0; i < 3; i++) {
    streams[i] = fcntl(i, F_DUPFD_CLOEXEC, 20);
    close(i);
  }
  struct channel *channel = create();
  int fd = channel->fd;
  bool inherited = (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0;
  bool taken = fcntl(0, F_GETFD) >= 0;
  channel_release(channel);
  for (int i = 0; i < 3; i++) dup2(streams[i], i);
  CHECK(fd > STDERR_FILENO);
  CHECK(!inherited);
  CHECK(!taken);
}

/* ---- a worker that writes what it likes ---- */

static void (*forge)(struct channel_slot *slot, uint32_t number);

static void sign(struct channel_slot *slot, uint32_t number, uint32_t index) {
  slot->checksum =
      channel_checksum(number, slot,
                       channel_answer_area(worker_segment, index),
                       slot->answer_part_bytes <= SLOT_ANSWER_BYTES
                           ? slot->answer_part_bytes
                           : 0);
}

/* Answers the first slot that asks, `forge` having filled the answer. */
static void *forger(void *unused) {
  (void)unused;
  while (!stopped)
    for (uint32_t i = 0; i < SLOT_COUNT; i++) {
      struct channel_slot *slot = channel_slot_at(worker_segment, i);
      uint32_t number = atomic_load(&slot->request_number);
      if (number == atomic_load(&slot->answer_number)) continue;
      slot->outcome = SLOT_ANSWER;
      slot->rc = 0;
      slot->answer_bytes = 4;
      slot->publish_bytes = 0;
      slot->answer_part_bytes = 4;
      memcpy(channel_answer_area(worker_segment, i), "true", 4);
      sign(slot, number, i);
      forge(slot, number);
      atomic_store(&slot->answer_number, number);
      channel_wake(&slot->answer_number);
    }
  return NULL;
}

static enum channel_status call_forger(
    void (*how)(struct channel_slot *, uint32_t), size_t bytes) {
  pthread_t thread;
  struct channel *channel = create();
  struct channel_answer answer = {0};
  uint8_t *request = calloc(1, bytes + 1);
  worker_segment = channel->segment;
  forge = how;
  stopped = false;
  pthread_create(&thread, NULL, forger, NULL);
  enum channel_status status =
      call_with(channel, request, bytes, 2000, &answer);
  stopped = true;
  pthread_join(thread, NULL);
  free(answer.bytes);
  free(request);
  channel_release(channel);
  return status;
}

static uint32_t index_of(const struct channel_slot *slot) {
  return (uint32_t)(slot - channel_slot_at(worker_segment, 0));
}

static void forge_nothing(struct channel_slot *slot, uint32_t number) {
  (void)slot, (void)number;
}
static void forge_checksum(struct channel_slot *slot, uint32_t number) {
  (void)number;
  slot->checksum++;
}
static void forge_byte(struct channel_slot *slot, uint32_t number) {
  (void)number;
  channel_answer_area(worker_segment, index_of(slot))[2] ^= 1;
}
static void forge_part_bytes(struct channel_slot *slot, uint32_t number) {
  slot->answer_part_bytes = UINT32_MAX;
  sign(slot, number, index_of(slot));
}
static void forge_total(struct channel_slot *slot, uint32_t number) {
  slot->answer_bytes = UINT32_MAX;
  slot->publish_bytes = UINT32_MAX;
  sign(slot, number, index_of(slot));
}
static void forge_part_over_total(struct channel_slot *slot,
                                  uint32_t number) {
  slot->answer_part_bytes = 5;
  sign(slot, number, index_of(slot));
}
static void forge_empty(struct channel_slot *slot, uint32_t number) {
  slot->answer_bytes = slot->answer_part_bytes = 0;
  sign(slot, number, index_of(slot));
}
static void forge_no_progress(struct channel_slot *slot, uint32_t number) {
  slot->answer_bytes = 8;
  slot->answer_part_bytes = slot->kind == SLOT_CONTINUE ? 0 : 4;
  sign(slot, number, index_of(slot));
}
static void forge_other_total(struct channel_slot *slot, uint32_t number) {
  slot->answer_bytes = slot->kind == SLOT_CONTINUE ? 9 : 8;
  sign(slot, number, index_of(slot));
}
static void forge_rc(struct channel_slot *slot, uint32_t number) {
  slot->rc = 7;
  sign(slot, number, index_of(slot));
}
static void forge_other_rc(struct channel_slot *slot, uint32_t number) {
  slot->answer_bytes = 8;
  slot->rc = slot->kind == SLOT_CONTINUE;
  sign(slot, number, index_of(slot));
}
static void forge_later_outcome(struct channel_slot *slot, uint32_t number) {
  slot->answer_bytes = 8;
  if (slot->kind == SLOT_CONTINUE) slot->outcome = SLOT_GO_ON;
  sign(slot, number, index_of(slot));
}
static void forge_go_on(struct channel_slot *slot, uint32_t number) {
  (void)number;
  slot->outcome = SLOT_GO_ON;
}
static void forge_outcome(struct channel_slot *slot, uint32_t number) {
  (void)number;
  slot->outcome = 99;
}

TEST(an_honest_answer_passes) {
  CHECK(call_forger(forge_nothing, 10) == CHANNEL_ANSWERED);
}

TEST(an_answer_that_does_not_hold_together_is_refused) {
  CHECK(call_forger(forge_checksum, 10) == CHANNEL_CORRUPT);
  CHECK(call_forger(forge_byte, 10) == CHANNEL_CORRUPT);
  CHECK(call_forger(forge_part_bytes, 10) == CHANNEL_CORRUPT);
  CHECK(call_forger(forge_total, 10) == CHANNEL_CORRUPT);
  CHECK(call_forger(forge_part_over_total, 10) == CHANNEL_CORRUPT);
  CHECK(call_forger(forge_empty, 10) == CHANNEL_CORRUPT);
  CHECK(call_forger(forge_no_progress, 10) == CHANNEL_CORRUPT);
  CHECK(call_forger(forge_other_total, 10) == CHANNEL_CORRUPT);
  CHECK(call_forger(forge_rc, 10) == CHANNEL_CORRUPT);
  CHECK(call_forger(forge_go_on, 10) == CHANNEL_CORRUPT);
  CHECK(call_forger(forge_other_rc, 10) == CHANNEL_CORRUPT);
  CHECK(call_forger(forge_outcome, 10) == CHANNEL_FAILED);
  CHECK(call_forger(forge_later_outcome, 10) == CHANNEL_FAILED);
}

TEST(an_answer_that_is_there_at_once_carries_no_call_past_its_deadline) {
  struct channel *channel = create();
  struct channel_answer answer = {0};
  worker_segment = channel->segment;
  struct channel_slot *slot = channel_slot_at(worker_segment, LARGE_SLOTS);
  slot->outcome = SLOT_ANSWER;
  slot->answer_bytes = slot->answer_part_bytes = 4;
  sign(slot, 1, LARGE_SLOTS);
  atomic_store(&slot->answer_number, 1);
  struct channel_call call = {.method = "m", .method_bytes = 1};
  CHECK(channel_call(channel, &call, &answer) == CHANNEL_FULL);
  CHECK(answer.bytes == NULL);
  channel_release(channel);
}

TEST(an_answer_before_the_last_part_of_a_request_is_refused) {
  CHECK(call_forger(forge_nothing, 2 * SLOT_REQUEST_BYTES) ==
        CHANNEL_CORRUPT);
}

/* ThreadSanitizer would only say what these do on purpose. */
#ifndef __SANITIZE_THREAD__

#define CALLERS 8
#define SCRIBBLED_CALLS 2000

/* xorshift64 (Marsaglia 2003). */
static uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  return *state ^= *state << 17;
}

/* Where a random word goes: mostly into what is under way, now and then
 * anywhere in header and slots. */
static uint32_t *random_place(uint64_t random) {
  uint32_t index = LARGE_SLOTS + (uint32_t)(random >> 8) % CALLERS;
  uint64_t word = random >> 16;
  switch (random % 8) {
    case 0:
      return (uint32_t *)worker_segment + word % (REQUEST_AREA_OFFSET / 4);
    case 1:
    case 2:
      return (uint32_t *)(void *)channel_answer_area(worker_segment, index);
    default:
      return (uint32_t *)(void *)channel_slot_at(worker_segment, index) +
             word % (sizeof(struct channel_slot) / 4);
  }
}

static void *scribble(void *unused) {
  (void)unused;
  uint64_t state = 88172645463325252u;
  while (!stopped) {
    uint64_t random = next_random(&state);
    *(volatile uint32_t *)random_place(random) = (uint32_t)(random >> 32);
    if (random % 64 == 0) usleep(10);
  }
  return NULL;
}

static _Atomic unsigned passed, refused;

static void *call_scribbled(void *argument) {
  struct channel *channel = argument;
  for (int i = 0; i < SCRIBBLED_CALLS; i++) {
    struct channel_answer answer = {0};
    uint64_t deadline_ns = in_ms(10);
    if (call_with(channel, (const uint8_t *)"abc", 3, 10, &answer) !=
        CHANNEL_ANSWERED) {
      CHECK(answer.bytes == NULL);
      refused++;
      continue;
    }
    /* What forge_nothing() signs; nothing else was ever signed. */
    CHECK(answer.rc == 0 && answer.publish_bytes == 0);
    CHECK(answer.answer_bytes == 4 && memcmp(answer.bytes, "true", 4) == 0);
    CHECK(channel_now_ns() < deadline_ns + 10000ull * MS);
    free(answer.bytes);
    passed++;
  }
  return NULL;
}

TEST(a_segment_that_is_scribbled_over_fails_calls_and_does_no_harm) {
  pthread_t worker, scribblers[2], callers[CALLERS];
  struct channel *channel = create();
  worker_segment = channel->segment;
  forge = forge_nothing;
  pthread_create(&worker, NULL, forger, NULL);
  for (int i = 0; i < 2; i++)
    pthread_create(&scribblers[i], NULL, scribble, NULL);
  for (int i = 0; i < CALLERS; i++)
    pthread_create(&callers[i], NULL, call_scribbled, channel);
  for (int i = 0; i < CALLERS; i++) pthread_join(callers[i], NULL);
  stopped = true;
  pthread_join(worker, NULL);
  for (int i = 0; i < 2; i++) pthread_join(scribblers[i], NULL);
  CHECK(passed + refused == CALLERS * SCRIBBLED_CALLS);
  CHECK(passed > 0 && refused > 0);
  for (uint32_t i = 0; i < SLOT_COUNT; i++)
    CHECK(channel->owner[i] != OWNER_BUSY);
  channel_release(channel);
}

#endif

TEST(a_worker_refuses_a_foreign_channel) {
  struct channel *channel = create();
  int line[2];
  CHECK(sched_worker_attach() == 1);
  CHECK(dup2(channel->fd, WORKER_CHANNEL_FD) == WORKER_CHANNEL_FD);
  channel->segment->magic++;
  CHECK(sched_worker_attach() == 3);
  channel->segment->magic--;
  channel->segment->version++;
  CHECK(sched_worker_attach() == 4);
  channel->segment->version--;
  CHECK(sched_worker_attach() == 5);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, line) == 0);
  CHECK(dup2(line[1], WORKER_LIFE_LINE_FD) == WORKER_LIFE_LINE_FD);
  CHECK(sched_worker_attach() == 0);
  channel_release(channel);
}
