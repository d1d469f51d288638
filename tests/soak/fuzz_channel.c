/* Coverage-guided fuzzing (libFuzzer) of all that the host side reads from
 * the shared segment. One thread, no real time: the host side's own code runs
 * with its waits, copies and its clock led to play_…(), and at each of them
 * the fuzzer's bytes play a worker that may write anything anywhere.
 *
 *   input = calls to make, and between any two steps of the host what the
 *           worker does: behaves, lies, scribbles, comes early, late, never
 *
 * A finding is whatever the sanitizers say, an answer that passed although
 * what it was made of does not hold together, a call that goes on after its
 * deadline, a slot that is lost.
 */
#define _GNU_SOURCE
#include "channel/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Small areas, so that many calls of many parts fit into a second. */
#undef SLOT_REQUEST_BYTES
#undef SLOT_ANSWER_BYTES
#undef SLOT_KEPT_BYTES
#undef ANSWER_LIMIT_BYTES
#define SLOT_REQUEST_BYTES (64u << 10)
#define SLOT_ANSWER_BYTES (4u << 10)
#define SLOT_KEPT_BYTES (16u << 10)
#define ANSWER_LIMIT_BYTES (256u << 10)

#include "channel/channel.c"
#include "channel/channel_segment.c"

static uint64_t play_now_ns(void);
static void play_wait(_Atomic uint32_t *word, uint32_t value,
                      uint64_t deadline_ns);
static void play_wake(_Atomic uint32_t *word);
static bool play_spin(_Atomic uint32_t *word, uint32_t wanted,
                      uint64_t until_ns);
static void play_ring(struct channel_header *segment);
static struct channel_slot *play_slot_at(struct channel_header *segment,
                                         uint32_t slot);
static void *play_copy(void *to, const void *from, size_t bytes);
static void *play_malloc(size_t bytes);
static int play_fallocate(int fd, int mode, off_t from, off_t bytes);
static int play_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
                          const struct timespec *until);

#define channel_now_ns play_now_ns
#define channel_wait play_wait
#define channel_wake play_wake
#include "channel/channel_life.c"
#define channel_ring play_ring
#define spin_until play_spin
#define channel_slot_at play_slot_at
#define memcpy play_copy
#define malloc play_malloc
#define fallocate play_fallocate
#define pthread_cond_timedwait play_timedwait
#include "channel/channel_host.c"
#undef channel_now_ns
#undef channel_wait
#undef channel_wake
#undef channel_ring
#undef spin_until
#undef channel_slot_at
#undef memcpy
#undef malloc
#undef fallocate
#undef pthread_cond_timedwait

#define MS 1000000ull
#define CALLS 6u

static struct {
  const uint8_t *bytes; /* of the input, those not played yet */
  size_t left;
  struct channel *channel;
  uint64_t now_ns;
  bool refuse_memory; /* the next reservation fails */

  /* The call under way. */
  uint64_t deadline_ns;
  uint32_t answer_bytes, publish_bytes; /* what a worker that behaves says */
  uint32_t behaves;                     /* for so many further exchanges */
  unsigned sent_late;                   /* parts sent after the deadline */

  /* What the host has copied of its answer, judged here. */
  struct channel_slot seen, first;
  uint32_t seen_slot;
  uint64_t taken;
  bool broken;
} play;

static void finding(const char *what) {
  fprintf(stderr, "finding: %s\n", what);
  abort();
}

static uint8_t take_byte(void) {
  if (play.left == 0) return 0;
  play.left--;
  return *play.bytes++;
}

/* Sizes around every bound, or any word. */
static uint32_t take_word(void) {
  static const uint32_t bounds[] = {
      0,
      1,
      2,
      3,
      7,
      8,
      9,
      99,
      SLOT_ANSWER_BYTES - 1,
      SLOT_ANSWER_BYTES,
      SLOT_ANSWER_BYTES + 1,
      3 * SLOT_ANSWER_BYTES,
      SLOT_REQUEST_BYTES,
      ANSWER_LIMIT_BYTES - 1,
      ANSWER_LIMIT_BYTES,
      ANSWER_LIMIT_BYTES + 1,
      INT32_MAX,
      (uint32_t)INT32_MAX + 1,
      UINT32_MAX - 1,
      UINT32_MAX,
  };
  uint8_t choice = take_byte();
  if (choice < sizeof bounds / sizeof bounds[0]) return bounds[choice];
  uint32_t word = choice;
  for (int i = 0; i < 3; i++) word = word << 8 | take_byte();
  return word;
}

/* ---- what a worker may do ---- */

/* The slot that the host waits for, if any. */
static uint32_t busy_slot(void) {
  for (uint32_t i = 0; i < SLOT_COUNT; i++)
    if (play.channel->owner[i] == OWNER_BUSY) return i;
  return take_byte() % SLOT_COUNT;
}

static void sign(uint32_t index) {
  struct channel_slot *slot = channel_slot_at(play.channel->segment, index);
  uint32_t bytes = slot->answer_part_bytes;
  if (bytes > SLOT_ANSWER_BYTES) bytes = SLOT_ANSWER_BYTES;
  slot->checksum = channel_checksum(
      slot->request_number, slot,
      channel_answer_area(play.channel->segment, index), bytes);
}

/* Answers one part as worker.c and channel.ts do. */
static void behave(uint32_t index) {
  struct channel_slot *slot = channel_slot_at(play.channel->segment, index);
  uint32_t offset = slot->kind == SLOT_CONTINUE ? slot->part_offset : 0;
  uint32_t total = play.answer_bytes + play.publish_bytes;
  bool more = slot->kind == SLOT_PART &&
              slot->part_offset + slot->part_bytes < slot->total_bytes;
  uint32_t bytes = offset < total ? total - offset : 0;
  if (bytes > SLOT_ANSWER_BYTES) bytes = SLOT_ANSWER_BYTES;
  slot->outcome = more ? SLOT_GO_ON : SLOT_ANSWER;
  slot->rc = 0;
  slot->answer_bytes = play.answer_bytes;
  slot->publish_bytes = play.publish_bytes;
  slot->answer_part_bytes = bytes;
  sign(index);
  slot->answer_number = slot->request_number;
}

static void scribble(uint8_t *at, size_t capacity) {
  size_t from = take_word() % capacity;
  size_t bytes = take_byte() % 64u;
  for (size_t i = from; i < capacity && i < from + bytes; i++)
    at[i] = take_byte();
}

static void set_word(struct channel_slot *slot) {
  size_t word = take_byte() % (sizeof *slot / 4);
  uint32_t value = take_word();
  memcpy((uint8_t *)slot + 4 * word, &value, 4);
}

/* Writes into the segment. */
static void write_somewhere(uint8_t what) {
  struct channel_header *segment = play.channel->segment;
  uint32_t index = busy_slot();
  struct channel_slot *slot = channel_slot_at(segment, index);
  switch (what) {
    case 0:
      behave(index);
      break;
    case 1:
      set_word(slot);
      break;
    case 2:
      sign(index);
      break;
    case 3:
      slot->answer_number = slot->request_number;
      break;
    case 4: /* early, late, or another's number */
      slot->answer_number = slot->request_number + take_byte() - 8u;
      break;
    case 5:
      scribble(channel_answer_area(segment, index), SLOT_ANSWER_BYTES);
      break;
    case 6: /* header, all slots */
      scribble((uint8_t *)segment, REQUEST_AREA_OFFSET);
      break;
    case 7:
      scribble(channel_request_area(segment, index), SLOT_REQUEST_BYTES);
      break;
    case 8: /* an answer like the last, but for one word */
      behave(index);
      set_word(slot);
      sign(index);
      break;
    case 9:
      segment->pong = segment->ping + take_byte() % 3u - 1u;
      break;
  }
}

/* One thing that happens at a step of the host; false: nothing more. */
static bool happen(void) {
  if (play.left == 0) return false;
  uint8_t what = take_byte() % 16u;
  switch (what) {
    case 10:
      play.now_ns += take_byte() * MS;
      return true;
    case 11: /* to just before the deadline */
      if (play.now_ns < play.deadline_ns) play.now_ns = play.deadline_ns - 1;
      return true;
    case 12:
      play.refuse_memory = true;
      return true;
    case 13:
      play.behaves = take_byte();
      return true;
    case 14:
    case 15:
      return false;
    default:
      write_somewhere(what);
      return true;
  }
}

static void turn(void) {
  for (int i = 0; i < 8 && happen(); i++)
    ;
}

/* ---- the host's steps ---- */

static uint64_t play_now_ns(void) { return play.now_ns; }

static void play_wake(_Atomic uint32_t *word) { (void)word; }

/* Time stands still while the host spins, so it sees nothing. */
static bool play_spin(_Atomic uint32_t *word, uint32_t wanted,
                      uint64_t until_ns) {
  (void)word;
  (void)wanted;
  (void)until_ns;
  return false;
}

static bool is_shared(const void *bytes) {
  uintptr_t start = (uintptr_t)play.channel->segment;
  return (uintptr_t)bytes >= start &&
         (uintptr_t)bytes < start + SEGMENT_BYTES;
}

/* Time goes on with each wait, and to its end when nothing comes. No lock is
 * held here, so the worker's end may be noticed as well. */
static void play_wait(_Atomic uint32_t *word, uint32_t value,
                      uint64_t deadline_ns) {
  if (!is_shared(word)) finding("waits for a word of its own");
  play.now_ns += MS / 10;
  if (play.behaves > 0) {
    play.behaves--;
    behave(busy_slot());
    return;
  }
  if (play.left == 0) {
    play.now_ns = deadline_ns;
    return;
  }
  if (*play.bytes == 0xff) channel_mark_dead(play.channel);
  turn();
  (void)value;
}

static int play_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
                          const struct timespec *until) {
  (void)condition;
  uint64_t until_ns =
      (uint64_t)until->tv_sec * 1000000000u + (uint64_t)until->tv_nsec;
  pthread_mutex_unlock(lock);
  play.now_ns += MS / 10;
  if (play.left == 0) play.now_ns = until_ns;
  turn();
  pthread_mutex_lock(lock);
  return play.now_ns >= until_ns ? ETIMEDOUT : 0;
}

/* One part may be on its way when the deadline passes. */
static void play_ring(struct channel_header *segment) {
  if (play.now_ns >= play.deadline_ns && ++play.sent_late > 1)
    finding("the call goes on after its deadline");
  play.now_ns += 1000;
  channel_ring(segment);
}

static struct channel_slot *play_slot_at(struct channel_header *segment,
                                         uint32_t slot) {
  turn();
  return channel_slot_at(segment, slot);
}

/* Notes what the host has now copied of an answer, and whether any part of
 * it is one that must not pass. */
static void judge_part(const uint8_t *bytes, size_t length) {
  const struct channel_slot *seen = &play.seen;
  uint32_t number = play.channel->number[play.seen_slot];
  if (play.taken == 0) play.first = *seen;
  play.broken |= seen->outcome != SLOT_ANSWER || seen->rc > 1 ||
                 seen->rc != play.first.rc ||
                 seen->answer_bytes != play.first.answer_bytes ||
                 seen->publish_bytes != play.first.publish_bytes ||
                 seen->answer_part_bytes != length ||
                 channel_checksum(number, seen, bytes, length) !=
                     seen->checksum;
  play.taken += length;
}

/* A copy out of the segment is in the middle when something happens. */
static void *play_copy(void *to, const void *from, size_t bytes) {
  if (!is_shared(from)) return memcpy(to, from, bytes);
  size_t half = bytes / 2;
  uint64_t at = (uint64_t)((const uint8_t *)from -
                           (const uint8_t *)play.channel->segment);
  memcpy(to, from, half);
  turn();
  memcpy((uint8_t *)to + half, (const uint8_t *)from + half, bytes - half);
  if (at >= ANSWER_AREA_OFFSET) {
    if (bytes > SLOT_ANSWER_BYTES) finding("copies more than a part");
    judge_part(to, bytes);
  } else if (bytes == sizeof play.seen) {
    memcpy(&play.seen, to, bytes);
    play.seen_slot = (uint32_t)((at - SLOT_TABLE_OFFSET) / sizeof play.seen);
  } else {
    finding("copies something else than an answer");
  }
  return to;
}

static bool memory_is_refused(void) {
  bool refused = play.refuse_memory;
  play.refuse_memory = false;
  return refused;
}

static void *play_malloc(size_t bytes) {
  if (bytes == 0 || bytes > ANSWER_LIMIT_BYTES)
    finding("allocates what the worker likes");
  return memory_is_refused() ? NULL : malloc(bytes);
}

static int play_fallocate(int fd, int mode, off_t from, off_t bytes) {
  if (memory_is_refused()) {
    errno = ENOSPC;
    return -1;
  }
  return fallocate(fd, mode, from, bytes);
}

/* ---- an input ---- */

static void check_answer(enum channel_status status,
                         const struct channel_answer *answer) {
  if (status != CHANNEL_ANSWERED) {
    if (answer->bytes != NULL) finding("no answer, and yet bytes");
    return;
  }
  if (play.broken) finding("an answer that does not hold together passed");
  if (answer->bytes == NULL || answer->answer_bytes == 0 ||
      answer->answer_bytes != play.first.answer_bytes ||
      answer->publish_bytes != play.first.publish_bytes ||
      answer->rc != (int)play.first.rc ||
      play.taken != answer->answer_bytes + answer->publish_bytes)
    finding("the answer is not what was read");
}

static void check_owners(void) {
  uint32_t abandoned = 0;
  for (uint32_t i = 0; i < SLOT_COUNT; i++) {
    if (play.channel->owner[i] == OWNER_BUSY)
      finding("a slot is busy, and no call under way");
    abandoned += play.channel->owner[i] == OWNER_ABANDONED;
  }
  if (abandoned != play.channel->abandoned)
    finding("the abandoned slots are counted wrong");
}

static void make_call(void) {
  static const uint8_t request[2 * SLOT_REQUEST_BYTES + 9];
  static const size_t sizes[] = {0,
                                 1,
                                 300,
                                 SLOT_REQUEST_BYTES - 1,
                                 SLOT_REQUEST_BYTES,
                                 sizeof request};
  struct channel_call call = {.method = "scheduler.pick", .request = request};
  struct channel_answer answer = {0};
  uint8_t size = take_byte();
  call.method_bytes = size & 0x80 ? 0 : 14;
  call.request_bytes = sizes[size % (sizeof sizes / sizeof sizes[0])];
  call.deadline_ns = play.deadline_ns = play.now_ns + 100 * MS;
  call.work_ns = 50 * MS;
  play.answer_bytes = take_word();
  play.publish_bytes = take_word();
  play.behaves = take_byte() % 16u;
  play.taken = play.sent_late = 0;
  play.broken = false;
  enum channel_status status = channel_call(play.channel, &call, &answer);
  check_answer(status, &answer);
  check_owners();
  free(answer.bytes);
}

/* What the watcher asks of a worker; it has no answer to believe in. */
static void watch(void) {
  uint32_t ping = channel_ping(play.channel);
  play.deadline_ns = play.now_ns + 5 * MS;
  if (!channel_await_pong(play.channel, ping, 5 * MS))
    channel_patience_ns(play.channel, 1000 * MS);
  channel_large_bytes(play.channel);
  channel_tidy(play.channel);
  check_owners();
}

/* The channel as it is new; made anew now and then only, since that takes
 * longer than all else. */
static struct channel *fresh_channel(void) {
  static struct channel *channel;
  static unsigned used;
  const char *failed;
  if (channel != NULL && ++used % 1000 == 0) {
    channel_release(channel);
    channel = NULL;
  }
  if (channel == NULL) return channel = channel_create(&failed);
  for (uint32_t i = 0; i < SLOT_COUNT; i++)
    if (channel->number[i] != 0) {
      memset(channel_request_area(channel->segment, i), 0,
             SLOT_REQUEST_BYTES);
      memset(channel_answer_area(channel->segment, i), 0, SLOT_ANSWER_BYTES);
    }
  memset(channel->segment, 0, REQUEST_AREA_OFFSET);
  /* All that the lock guards is zero in a new one. */
  const size_t guarded = offsetof(struct channel, owner);
  memset((uint8_t *)channel + guarded, 0, sizeof *channel - guarded);
  channel->dead = channel->suspect = false;
  channel->pinged_ns = 0;
  return channel;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  memset(&play, 0, sizeof play);
  play.now_ns = 1000 * MS;
  play.channel = fresh_channel();
  if (play.channel == NULL) return 0;
  play.bytes = bytes;
  play.left = length;
  for (unsigned i = 0; i < CALLS && play.left > 0; i++) {
    if (take_byte() % 8u == 7)
      watch();
    else
      make_call();
  }
  channel_ask_to_stop(play.channel);
  channel_mark_dead(play.channel);
  return 0;
}
