/* When a turn of worker.c's loop ends, and parts that its handler puts off:
 * turn by turn, on slots that are filled here as the host would. */
#define _GNU_SOURCE
#include "channel/channel.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

uint32_t sched_worker_attach(void);
uint32_t sched_worker_serve(void (*handler)(uint32_t slot),
                            struct channel_exchange *exchange,
                            uint32_t turn_ms, uint32_t rest_ms);

void sched_worker_ring(void);
uint32_t sched_worker_rings(void);

/* What sched_worker_serve() returns. */
enum { OVER = 0, STOP = 1, LATER = 2 };

/* Long enough that no test sees it pass, and one that is always past. */
#define FAR_MS 600000u
#define PAST_NS 1u

/* Takes the numbers that a worker inherits, so that no other descriptor of a
 * test gets them. */
__attribute__((constructor)) static void take_inherited_numbers(void) {
  int fd;
  do fd = open("/dev/null", O_RDONLY);
  while (fd >= 0 && fd < WORKER_LIFE_LINE_FD);
}

static struct channel *channel;
static struct channel_exchange exchange;

/* Per slot: how often the handler puts it off, and was asked. */
static unsigned put_off[SLOT_COUNT], asked[SLOT_COUNT];
static struct channel_exchange question; /* the last one */

static void handle(uint32_t slot) {
  question = exchange;
  if (asked[slot]++ < put_off[slot]) {
    exchange.outcome = SLOT_LATER;
    return;
  }
  memcpy(exchange.answer, "true", 4);
  exchange.answer_bytes = exchange.answer_part_bytes = 4;
  exchange.outcome = SLOT_ANSWER;
}

static uint32_t take_turn(void) {
  return sched_worker_serve(handle, &exchange, 0, 0);
}

static void attach(void) {
  const char *failed;
  int line[2];
  channel = channel_create(&failed);
  CHECK(channel != NULL);
  CHECK(dup2(channel->fd, WORKER_CHANNEL_FD) == WORKER_CHANNEL_FD);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, line) == 0);
  CHECK(dup2(line[1], WORKER_LIFE_LINE_FD) == WORKER_LIFE_LINE_FD);
  CHECK(sched_worker_attach() == 0);
}

static struct channel_slot *ask(uint32_t index, uint32_t number) {
  struct channel_slot *slot = channel_slot_at(channel->segment, index);
  slot->kind = SLOT_PART;
  slot->deadline_ns = channel_in_ms(FAR_MS);
  slot->method_bytes = 1;
  slot->total_bytes = slot->part_bytes = 9;
  slot->list = 7;
  slot->placed = 1;
  slot->tag = 5;
  slot->position = (3ull << 32) + 2;
  atomic_store(&slot->request_number, number);
  return slot;
}

static bool is_answered(struct channel_slot *slot) {
  return atomic_load(&slot->answer_number) ==
         atomic_load(&slot->request_number);
}

/* [a thread of its own] Until the loop is about to sleep. */
static void await_sleep(void) {
  while (!atomic_load(&channel->segment->worker_waiting)) sched_yield();
}

static void *ring_when_it_sleeps(void *unused) {
  await_sleep();
  sched_worker_ring();
  return unused;
}

static void *stop_when_it_sleeps(void *unused) {
  await_sleep();
  channel_ask_to_stop(channel);
  return unused;
}

static void check_question(void) {
  CHECK(question.kind == SLOT_PART && question.method_bytes == 1);
  CHECK(question.total_bytes == 9 && question.part_bytes == 9);
  CHECK(question.part_offset == 0 && question.list == 7);
  CHECK(question.placed == 1 && question.tag == 5);
  CHECK(question.position_low == 2 && question.position_high == 3);
  CHECK(question.outcome == SLOT_NONE && question.answer_bytes == 0);
}

TEST(a_part_that_is_put_off_is_served_again_in_the_next_turn) {
  attach();
  struct channel_slot *slot = ask(LARGE_SLOTS, 1);
  put_off[LARGE_SLOTS] = 2;
  for (unsigned turn = 1; turn <= 2; turn++) {
    CHECK(take_turn() == LATER);
    CHECK(asked[LARGE_SLOTS] == turn);
    CHECK(!is_answered(slot) && slot->outcome == SLOT_NONE);
    check_question();
  }
  CHECK(take_turn() == OVER);
  CHECK(is_answered(slot) && slot->outcome == SLOT_ANSWER);
  check_question();
  CHECK(take_turn() == OVER);
  CHECK(asked[LARGE_SLOTS] == 3);
}

TEST(a_part_that_is_put_off_ends_a_long_turn) {
  attach();
  ask(LARGE_SLOTS, 1);
  put_off[LARGE_SLOTS] = 1;
  CHECK(sched_worker_serve(handle, &exchange, FAR_MS, FAR_MS) == LATER);
}

TEST(the_other_slots_are_served_in_the_same_turn) {
  attach();
  struct channel_slot *first = ask(0, 1);
  struct channel_slot *waits = ask(5, 1);
  struct channel_slot *last = ask(SLOT_COUNT - 1, 1);
  put_off[5] = 2;
  CHECK(take_turn() == LATER);
  CHECK(is_answered(first) && !is_answered(waits) && is_answered(last));
  last = ask(SLOT_COUNT - 1, 2);
  CHECK(take_turn() == LATER);
  CHECK(is_answered(last) && !is_answered(waits));
  CHECK(asked[0] == 1 && asked[SLOT_COUNT - 1] == 2);
}

TEST(a_part_whose_deadline_passes_meanwhile_is_answered_unseen) {
  attach();
  struct channel_slot *slot = ask(LARGE_SLOTS, 1);
  put_off[LARGE_SLOTS] = 100;
  CHECK(take_turn() == LATER);
  slot->deadline_ns = PAST_NS;
  CHECK(take_turn() == OVER);
  CHECK(asked[LARGE_SLOTS] == 1);
  CHECK(is_answered(slot) && slot->outcome == SLOT_FAILED);
}

TEST(a_call_that_is_never_answered_ends_at_its_deadline) {
  attach();
  struct channel_call call = {.method = "m",
                              .method_bytes = 1,
                              .deadline_ns = channel_in_ms(1)};
  struct channel_answer answer = {0};
  put_off[LARGE_SLOTS] = 100;
  CHECK(channel_call(channel, &call, &answer) == CHANNEL_FULL);
  CHECK(answer.bytes == NULL);
  CHECK(channel->owner[LARGE_SLOTS] == OWNER_ABANDONED);
  CHECK(take_turn() == OVER);
  channel_tidy(channel);
  CHECK(channel->owner[LARGE_SLOTS] == OWNER_FREE);
}

TEST(a_ping_is_answered_while_a_part_waits) {
  attach();
  ask(LARGE_SLOTS, 1);
  put_off[LARGE_SLOTS] = 2;
  for (int turn = 0; turn < 2; turn++) {
    uint32_t ping = channel_ping(channel);
    CHECK(take_turn() == LATER);
    CHECK(channel_await_pong(channel, ping, 0));
  }
}

TEST(the_host_can_stop_while_a_part_waits) {
  attach();
  ask(LARGE_SLOTS, 1);
  put_off[LARGE_SLOTS] = 2;
  CHECK(take_turn() == LATER);
  channel_ask_to_stop(channel);
  CHECK(take_turn() == STOP);
  CHECK(asked[LARGE_SLOTS] == 1);
}

TEST(a_ring_ends_the_turn_that_is_under_way_or_the_next_one) {
  attach();
  sched_worker_ring();
  CHECK(sched_worker_serve(handle, &exchange, FAR_MS, FAR_MS) == OVER);
  CHECK(sched_worker_rings() == 1);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, ring_when_it_sleeps, NULL) == 0);
  CHECK(sched_worker_serve(handle, &exchange, FAR_MS, FAR_MS) == OVER);
  pthread_join(thread, NULL);
  CHECK(sched_worker_rings() == 2);
}

TEST(what_waits_is_served_before_a_ring_ends_the_turn) {
  attach();
  struct channel_slot *slot = ask(LARGE_SLOTS, 1);
  sched_worker_ring();
  CHECK(sched_worker_serve(handle, &exchange, FAR_MS, FAR_MS) == OVER);
  CHECK(is_answered(slot));
}

TEST(a_part_ends_a_long_rest_and_nothing_a_short_one) {
  attach();
  ask(LARGE_SLOTS, 1);
  CHECK(sched_worker_serve(handle, &exchange, 0, FAR_MS) == OVER);
  CHECK(asked[LARGE_SLOTS] == 1);
  CHECK(sched_worker_serve(handle, &exchange, FAR_MS, 0) == OVER);
}

TEST(a_stop_ends_a_long_rest) {
  attach();
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, stop_when_it_sleeps, NULL) == 0);
  CHECK(sched_worker_serve(handle, &exchange, FAR_MS, FAR_MS) == STOP);
  pthread_join(thread, NULL);
}
