/* Worker role: the functions that Deno loads (src/channel/library.ts). Finds
 * the inherited channel, waits for requests, and calls back into TypeScript
 * for each part. The host is trusted here, TypeScript's results are passed
 * on. Nothing of this runs inside the host. */
#define _GNU_SOURCE
#include "channel.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* What sched_worker_attach() answers beside 0; library.ts has the words. */
enum attach_error {
  ATTACH_NO_CHANNEL = 1, /* no descriptor, or not a segment of this size */
  ATTACH_NO_MEMORY = 2,
  ATTACH_NOT_OURS = 3,   /* wrong magic */
  ATTACH_VERSION = 4,    /* another layout version */
  ATTACH_NO_LIFE_LINE = 5,
};

/* Answers one part; the slot's number tells which request area to read. */
typedef void handler_fn(uint32_t slot);

/* Written once by sched_worker_attach(), then only read. */
static struct channel_header *segment;

/* How often the main isolate rang, so that the wait loop looks up. */
static _Atomic uint32_t rings;

/* [own thread] Ends the process when the host's end of the life line closes,
 * which the kernel does however the host ends. A policy that loops forever
 * cannot keep this thread from running. */
static void *hold_life_line(void *unused) {
  (void)unused;
  struct pollfd line = {.fd = WORKER_LIFE_LINE_FD, .events = POLLIN};
  for (;;) {
    if (poll(&line, 1, -1) < 0 && errno == EINTR) continue;
    char byte;
    ssize_t got = read(WORKER_LIFE_LINE_FD, &byte, 1);
    if (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN))) continue;
    _exit(0);
  }
}

static int start_life_line(void) {
  int type;
  socklen_t length = sizeof type;
  if (getsockopt(WORKER_LIFE_LINE_FD, SOL_SOCKET, SO_TYPE, &type, &length))
    return ATTACH_NO_LIFE_LINE;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  int failed = pthread_create(&thread, NULL, hold_life_line, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (failed) return ATTACH_NO_MEMORY;
  pthread_detach(thread);
  return 0;
}

static int check_header(const struct channel_header *header) {
  if (header->magic != CHANNEL_MAGIC) return ATTACH_NOT_OURS;
  if (header->version != CHANNEL_VERSION ||
      header->total_bytes != SEGMENT_BYTES ||
      header->slot_count != SLOT_COUNT)
    return ATTACH_VERSION;
  return 0;
}

/* [pick isolate, once] Maps the channel and holds the life line. 0, or an
 * enum attach_error. */
EXPORT uint32_t sched_worker_attach(void) {
  if (segment != NULL) return 0;
  off_t size = lseek(WORKER_CHANNEL_FD, 0, SEEK_END);
  if (size < (off_t)sizeof(struct channel_header)) return ATTACH_NO_CHANNEL;
  void *map = mmap(NULL, SEGMENT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
                   WORKER_CHANNEL_FD, 0);
  if (map == MAP_FAILED) return ATTACH_NO_MEMORY;
  int error =
      size == (off_t)SEGMENT_BYTES ? check_header(map) : ATTACH_VERSION;
  if (error == 0) error = start_life_line();
  if (error != 0) {
    munmap(map, SEGMENT_BYTES);
    return (uint32_t)error;
  }
  segment = map;
  return 0;
}

/* [pick isolate] The mapped segment, SEGMENT_BYTES long; lives as long as
 * the process. NULL before sched_worker_attach(). */
EXPORT void *sched_worker_segment(void) { return segment; }

/* [any thread] What TypeScript must agree with, in the order of LAYOUT in
 * src/channel/layout.ts; the first number says how many follow. For tests. */
EXPORT const uint32_t *sched_worker_layout(void) {
  static const uint32_t facts[] = {
      41,
      CHANNEL_VERSION,
      (uint32_t)SEGMENT_BYTES,
      SLOT_COUNT,
      LARGE_SLOTS,
      SLOT_REQUEST_BYTES,
      SLOT_ANSWER_BYTES,
      REQUEST_AREA_OFFSET,
      sizeof(struct channel_exchange),
      offsetof(struct channel_exchange, kind),
      offsetof(struct channel_exchange, method_bytes),
      offsetof(struct channel_exchange, total_bytes),
      offsetof(struct channel_exchange, part_offset),
      offsetof(struct channel_exchange, part_bytes),
      offsetof(struct channel_exchange, list),
      offsetof(struct channel_exchange, placed),
      offsetof(struct channel_exchange, tag),
      offsetof(struct channel_exchange, position_low),
      offsetof(struct channel_exchange, position_high),
      offsetof(struct channel_exchange, outcome),
      offsetof(struct channel_exchange, rc),
      offsetof(struct channel_exchange, answer_bytes),
      offsetof(struct channel_exchange, publish_bytes),
      offsetof(struct channel_exchange, answer_part_bytes),
      offsetof(struct channel_exchange, answer),
      ADVANCE_LIST_BYTES,
      offsetof(struct channel_header, policy),
      offsetof(struct channel_header, policy_last),
      offsetof(struct channel_header, policy_loading),
      offsetof(struct channel_header, culprit_count),
      offsetof(struct channel_header, culprits),
      sizeof(struct channel_culprit),
      CULPRITS,
      offsetof(struct channel_header, proven_count),
      offsetof(struct channel_header, proven),
      offsetof(struct channel_header, awaited),
      offsetof(struct channel_header, loaded),
      VERSIONS,
      (uint32_t)BOARD_OFFSET,
      BOARD_BYTES,
      offsetof(struct channel_board, length),
      offsetof(struct channel_board, bytes),
  };
  _Static_assert(sizeof facts == 42 * sizeof facts[0], "count of facts");
  return facts;
}

static void copy_question(const struct channel_slot *slot,
                          struct channel_exchange *exchange) {
  exchange->kind = slot->kind;
  exchange->method_bytes = slot->method_bytes;
  exchange->total_bytes = slot->total_bytes;
  exchange->part_offset = slot->part_offset;
  exchange->part_bytes = slot->part_bytes;
  exchange->list = slot->list;
  exchange->placed = slot->placed;
  exchange->tag = slot->tag;
  exchange->position_low = (uint32_t)slot->position;
  exchange->position_high = (uint32_t)(slot->position >> 32);
  exchange->outcome = SLOT_NONE;
  exchange->rc = 0;
  exchange->answer_bytes = exchange->publish_bytes = 0;
  exchange->answer_part_bytes = 0;
}

/* The checksum is taken over the private copy. */
static void copy_answer(struct channel_slot *slot, uint32_t index,
                        uint32_t number,
                        const struct channel_exchange *exchange) {
  struct channel_slot answer = {.outcome = exchange->outcome};
  uint32_t length = exchange->answer_part_bytes;
  if (answer.outcome == SLOT_NONE || length > SLOT_ANSWER_BYTES)
    answer.outcome = SLOT_FAILED;
  if (answer.outcome == SLOT_ANSWER) {
    answer.rc = exchange->rc;
    answer.answer_bytes = exchange->answer_bytes;
    answer.publish_bytes = exchange->publish_bytes;
    slot->checksum =
        channel_checksum(number, &answer, exchange->answer, length);
    memcpy(channel_answer_area(segment, index), exchange->answer, length);
    slot->answer_part_bytes = length;
  }
  slot->outcome = answer.outcome;
  slot->rc = answer.rc;
  slot->answer_bytes = answer.answer_bytes;
  slot->publish_bytes = answer.publish_bytes;
}

/* One part: the handler answers it, this signs the answer and wakes the
 * host. A part that came too late is answered unseen, so that its slot can
 * be used again. False: the handler cannot answer it yet, and it stays. */
static bool serve_part(uint32_t index, uint32_t number, handler_fn *handler,
                       struct channel_exchange *exchange) {
  struct channel_slot *slot = channel_slot_at(segment, index);
  copy_question(slot, exchange);
  if (channel_now_ns() < slot->deadline_ns) handler(index);
  if (exchange->outcome == SLOT_LATER) return false;
  copy_answer(slot, index, number, exchange);
  /* Meets the acquire in channel_host.c. */
  atomic_store_explicit(&slot->answer_number, number, memory_order_release);
  channel_wake(&slot->answer_number);
  return true;
}

/* Answers a ping, if there is a new one. Between two parts as well, so that
 * a worker that is merely busy is not taken for one that hangs. */
static void answer_ping(void) {
  uint32_t ping = atomic_load(&segment->ping);
  if (atomic_load_explicit(&segment->pong, memory_order_relaxed) == ping)
    return;
  atomic_store(&segment->pong, ping);
  channel_wake(&segment->pong);
}

enum round { ROUND_IDLE, ROUND_SERVED, ROUND_LATER };

/* Serves every slot that has a part waiting, each once. Says whether there
 * was any, and whether one of them must wait for another turn. */
static enum round serve_all(handler_fn *handler,
                            struct channel_exchange *exchange) {
  enum round round = ROUND_IDLE;
  for (uint32_t i = 0; i < SLOT_COUNT; i++) {
    struct channel_slot *slot = channel_slot_at(segment, i);
    /* Meets the release in channel_host.c. */
    uint32_t number =
        atomic_load_explicit(&slot->request_number, memory_order_acquire);
    if (number == atomic_load_explicit(&slot->answer_number,
                                       memory_order_relaxed))
      continue;
    if (!serve_part(i, number, handler, exchange))
      round = ROUND_LATER;
    else if (round == ROUND_IDLE)
      round = ROUND_SERVED;
    answer_ping();
  }
  return round;
}

/* The host says whether it pays to look at the doorbell for a while (spin.h),
 * and may say anything. */
static bool spin_on_doorbell(uint32_t rung) {
  uint32_t spin_ns =
      atomic_load_explicit(&segment->spin_ns, memory_order_relaxed);
  if (spin_ns == 0) return false;
  if (spin_ns > SPIN_NS) spin_ns = SPIN_NS;
  return spin_while(&segment->doorbell, rung, channel_now_ns() + spin_ns);
}

static void sleep_on_doorbell(uint32_t rung, uint64_t until_ns) {
  /* Sequentially consistent, as ring() in channel_host.c is: either the host
   * sees the flag and wakes, or this sees the doorbell. */
  atomic_store(&segment->worker_waiting, 1);
  if (atomic_load(&segment->doorbell) == rung)
    channel_wait(&segment->doorbell, rung, until_ns);
  atomic_store(&segment->worker_waiting, 0);
}

/* One byte on the life line tells the host that requests are served. */
static void tell_ready(void) {
  static bool told;
  if (told) return;
  told = true;
  while (send(WORKER_LIFE_LINE_FD, "r", 1, MSG_NOSIGNAL) < 0 &&
         errno == EINTR)
    ;
}

/* [main isolate] One entry for the host's log. False: there was no room, as
 * with a host that takes none, or no descriptor for it; nobody waits. */
EXPORT bool sched_worker_log(const uint8_t *entry, uint32_t bytes) {
  return send(WORKER_LOG_FD, entry, bytes, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

/* [any thread of the worker, after sched_worker_attach()] Ends the turn that
 * is under way, or the next one. */
EXPORT void sched_worker_ring(void) {
  atomic_fetch_add(&rings, 1);
  channel_ring(segment);
}

/* [pick isolate] How often that was, since the process began. */
EXPORT uint32_t sched_worker_rings(void) { return atomic_load(&rings); }

/* What sched_worker_serve() answers; channel.ts has the words. */
enum turn_end { TURN_OVER = 0, TURN_STOP = 1, TURN_LATER = 2 };

/* [pick isolate] Serves requests, calling handler with the slot's number for
 * each part; what it asks and its answer are in *exchange, the request's bytes
 * in the segment. A turn is over turn_ms milliseconds after its first part,
 * rest_ms after it began if there is none, or at once when the main isolate
 * rings. A part with the outcome SLOT_LATER ends the turn after the others
 * were served, and comes again in the next one. Returns an enum turn_end. */
EXPORT uint32_t sched_worker_serve(handler_fn *handler,
                                   struct channel_exchange *exchange,
                                   uint32_t turn_ms, uint32_t rest_ms) {
  static uint32_t heard;
  uint64_t until_ns = channel_in_ms(rest_ms);
  bool busy = false;
  tell_ready();
  for (;;) {
    /* Before all that is rung for is looked at: what comes after changes the
     * doorbell, and there is no sleep then. */
    uint32_t rung = atomic_load(&segment->doorbell);
    if (atomic_load(&segment->stop)) return TURN_STOP;
    answer_ping();
    enum round round = serve_all(handler, exchange);
    if (round == ROUND_LATER) return TURN_LATER;
    if (round == ROUND_SERVED && !busy) {
      busy = true;
      until_ns = channel_in_ms(turn_ms);
    }
    uint32_t rang = atomic_load(&rings);
    if (rang != heard || channel_now_ns() >= until_ns) {
      heard = rang;
      return TURN_OVER;
    }
    if (round == ROUND_IDLE && !spin_on_doorbell(rung))
      sleep_on_doorbell(rung, until_ns);
  }
}

/* [pick isolate] What this thread has had of a processor, in milliseconds:
 * unlike the time that goes by, it does not grow while others have it. */
EXPORT double sched_worker_cpu_ms(void) {
  struct timespec time = {0};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}
