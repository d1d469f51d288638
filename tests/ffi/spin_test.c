/* Whether to spin is learned from what it was seen to bring. No clock: the
 * times are those that the tests say. */
#include "channel/spin.h"

#include <stdbool.h>

#include "test.h"

/* Between two calls, in nanoseconds: a person's, and a program's. */
#define SPARSE_GAP 10000000u
#define DENSE_GAP 1000u

static uint64_t now_ns = 1000000000u;

/* One call, taking what its way costs; which way it took. */
static enum spin_way call_once(struct spin *spin, uint64_t gap_ns,
                               const uint32_t costs[SPIN_WAYS]) {
  now_ns += gap_ns;
  struct spin_plan plan = spin_begin(spin, now_ns);
  now_ns += costs[plan.way];
  spin_end(spin, &plan, now_ns, true);
  return plan.way;
}

/* The way that most of many calls took. */
static enum spin_way settles_on(struct spin *spin, uint64_t gap_ns,
                                const uint32_t costs[SPIN_WAYS]) {
  unsigned taken[SPIN_WAYS] = {0};
  for (int i = 0; i < 4096; i++) call_once(spin, gap_ns, costs);
  for (int i = 0; i < 4096; i++) taken[call_once(spin, gap_ns, costs)]++;
  for (unsigned way = 0; way < SPIN_WAYS; way++)
    if (taken[way] > 3000) return (enum spin_way)way;
  return SPIN_WAYS;
}

static const uint32_t WAKES_ARE_CHEAP[] = {8000, 49000, 60000};
static const uint32_t WAKES_ARE_DEAR[] = {100000, 60000, 4000};
static const uint32_t HOST_IS_BEST[] = {100000, 50000, 80000};

TEST(dense_traffic_takes_the_way_that_costs_least) {
  struct spin a = {0}, b = {0}, c = {0};
  CHECK(settles_on(&a, DENSE_GAP, WAKES_ARE_CHEAP) == SPIN_NONE);
  CHECK(settles_on(&b, DENSE_GAP, WAKES_ARE_DEAR) == SPIN_BOTH);
  CHECK(settles_on(&c, DENSE_GAP, HOST_IS_BEST) == SPIN_HOST);
}

TEST(sparse_traffic_lets_no_worker_spin) {
  struct spin spin = {0};
  for (int i = 0; i < 8192; i++)
    CHECK(call_once(&spin, SPARSE_GAP, WAKES_ARE_DEAR) != SPIN_BOTH);
  CHECK(settles_on(&spin, SPARSE_GAP, WAKES_ARE_DEAR) == SPIN_HOST);
}

TEST(sparse_and_dense_traffic_are_learned_apart) {
  struct spin spin = {0};
  CHECK(settles_on(&spin, DENSE_GAP, WAKES_ARE_DEAR) == SPIN_BOTH);
  CHECK(settles_on(&spin, SPARSE_GAP, WAKES_ARE_CHEAP) == SPIN_NONE);
  /* The first call of a burst comes after a pause. */
  call_once(&spin, DENSE_GAP, WAKES_ARE_DEAR);
  CHECK(settles_on(&spin, DENSE_GAP, WAKES_ARE_DEAR) == SPIN_BOTH);
}

TEST(a_tenth_is_not_worth_a_processor) {
  static const uint32_t NEARLY[] = {10000, 9100, 9100};
  static const uint32_t MORE[] = {10000, 8500, 9900};
  struct spin a = {0}, b = {0};
  CHECK(settles_on(&a, DENSE_GAP, NEARLY) == SPIN_NONE);
  CHECK(settles_on(&b, DENSE_GAP, MORE) == SPIN_HOST);
}

TEST(what_changes_is_learned_again) {
  struct spin spin = {0};
  CHECK(settles_on(&spin, DENSE_GAP, WAKES_ARE_CHEAP) == SPIN_NONE);
  CHECK(settles_on(&spin, DENSE_GAP, WAKES_ARE_DEAR) == SPIN_BOTH);
  CHECK(settles_on(&spin, DENSE_GAP, WAKES_ARE_CHEAP) == SPIN_NONE);
}

TEST(one_slow_call_changes_nothing) {
  struct spin spin = {0};
  CHECK(settles_on(&spin, DENSE_GAP, WAKES_ARE_DEAR) == SPIN_BOTH);
  struct spin_plan plan;
  do {
    now_ns += DENSE_GAP;
    plan = spin_begin(&spin, now_ns);
    if (plan.way != SPIN_BOTH || !plan.counts)
      spin_end(&spin, &plan, now_ns, false);
  } while (plan.way != SPIN_BOTH || !plan.counts);
  now_ns += 10000000000u;
  spin_end(&spin, &plan, now_ns, true);
  call_once(&spin, DENSE_GAP, WAKES_ARE_DEAR);
  CHECK(settles_on(&spin, DENSE_GAP, WAKES_ARE_DEAR) == SPIN_BOTH);
}

TEST(nobody_spins_while_another_one_waits) {
  struct spin spin = {0};
  CHECK(settles_on(&spin, DENSE_GAP, WAKES_ARE_DEAR) == SPIN_BOTH);
  struct spin_plan first = spin_begin(&spin, now_ns += DENSE_GAP);
  for (int i = 0; i < 100; i++) {
    struct spin_plan second = spin_begin(&spin, now_ns += DENSE_GAP);
    CHECK(second.way == SPIN_NONE && !second.counts);
    spin_end(&spin, &second, now_ns, true);
  }
  uint32_t before[SPIN_WAYS];
  memcpy(before, spin.cost_ns[first.traffic], sizeof before);
  struct spin_plan other = spin_begin(&spin, now_ns);
  spin_end(&spin, &first, now_ns + 900000, true);
  /* A call that had to share the worker says nothing about its way. */
  CHECK(memcmp(before, spin.cost_ns[first.traffic], sizeof before) == 0);
  spin_end(&spin, &other, now_ns, true);
  CHECK(spin.waiting == 0);
}

TEST(a_call_without_an_answer_teaches_nothing) {
  struct spin spin = {0};
  for (int i = 0; i < 100; i++) {
    struct spin_plan plan = spin_begin(&spin, now_ns += DENSE_GAP);
    spin_end(&spin, &plan, now_ns += 5000, false);
  }
  for (int traffic = 0; traffic < SPIN_TRAFFICS; traffic++)
    for (int way = 0; way < SPIN_WAYS; way++)
      CHECK(spin.cost_ns[traffic][way] == 0);
}

TEST(a_call_that_began_before_another_ended_is_dense) {
  struct spin spin = {0};
  struct spin_plan plan = spin_begin(&spin, now_ns);
  spin_end(&spin, &plan, now_ns + 100, true);
  plan = spin_begin(&spin, now_ns + 50);
  CHECK(plan.traffic == SPIN_DENSE);
  spin_end(&spin, &plan, now_ns + 200, true);
}

TEST(looking_ends_at_once_or_when_time_is_up) {
  _Atomic uint32_t word = 3;
  CHECK(spin_until(&word, 3, 0));
  CHECK(!spin_until(&word, 4, 0));
  CHECK(spin_while(&word, 4, 0));
  CHECK(!spin_while(&word, 3, 0));
}
