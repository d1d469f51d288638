/* See spin.h. */
#include "spin.h"

#include "channel.h"

/* Picks that begin this soon after the last one ended are dense traffic. A
 * guess: far above a hand-over, far below what a person's requests do. */
#define DENSE_NS 500000u

/* A way is kept for this many calls, since what the worker does at the end
 * of one is felt at the next; the first two are not counted. */
#define ROUND_CALLS 16u
#define SETTLING_CALLS 2u

/* One round in so many tries another way. */
#define TRIAL_ROUNDS 16u

/* Spinning must bring a tenth at least: it costs a processor. */
static bool is_better(uint32_t cost, uint32_t than) {
  return cost < than - than / 10;
}

/* Ways worth trying: a worker cannot spin for two milliseconds. */
static unsigned ways_of(enum spin_traffic traffic) {
  return traffic == SPIN_DENSE ? SPIN_WAYS : SPIN_BOTH;
}

static enum spin_way best_way(struct spin *spin, enum spin_traffic traffic) {
  enum spin_way best = SPIN_NONE;
  uint32_t best_cost = 0;
  for (unsigned way = 0; way < ways_of(traffic); way++) {
    uint32_t cost = atomic_load_explicit(&spin->cost_ns[traffic][way],
                                         memory_order_relaxed);
    if (cost == 0) return (enum spin_way)way;
    if (way != SPIN_NONE && !is_better(cost, best_cost)) continue;
    best = (enum spin_way)way;
    best_cost = cost;
  }
  return best;
}

static enum spin_way way_of_round(struct spin *spin,
                                  enum spin_traffic traffic,
                                  uint32_t round) {
  if (round % TRIAL_ROUNDS != TRIAL_ROUNDS - 1)
    return best_way(spin, traffic);
  return (enum spin_way)(round / TRIAL_ROUNDS % ways_of(traffic));
}

struct spin_plan spin_begin(struct spin *spin, uint64_t now_ns) {
  struct spin_plan plan = {.start_ns = now_ns};
  uint64_t last_ns =
      atomic_load_explicit(&spin->last_end_ns, memory_order_relaxed);
  /* Another thread may have ended after this one looked at the clock. */
  plan.traffic = now_ns < last_ns + DENSE_NS ? SPIN_DENSE : SPIN_SPARSE;
  if (atomic_fetch_add_explicit(&spin->waiting, 1, memory_order_relaxed) > 0)
    return plan;
  uint32_t call = atomic_fetch_add_explicit(&spin->calls[plan.traffic], 1,
                                            memory_order_relaxed);
  plan.way = way_of_round(spin, plan.traffic, call / ROUND_CALLS);
  plan.counts = call % ROUND_CALLS >= SETTLING_CALLS;
  return plan;
}

/* A moving average; one slow call among many must not outweigh them. */
static void learn(_Atomic uint32_t *cost_ns, uint64_t took_ns) {
  uint32_t cost = atomic_load_explicit(cost_ns, memory_order_relaxed);
  uint64_t limit = cost == 0 ? 1000000u : 4ull * cost;
  int64_t sample = (int64_t)(took_ns < limit ? took_ns : limit);
  int64_t next = cost == 0 ? sample : cost + (sample - (int64_t)cost) / 8;
  atomic_store_explicit(cost_ns, next < 1 ? 1 : (uint32_t)next,
                        memory_order_relaxed);
}

void spin_end(struct spin *spin, const struct spin_plan *plan,
              uint64_t now_ns, bool answered) {
  uint32_t others =
      atomic_fetch_sub_explicit(&spin->waiting, 1, memory_order_relaxed) - 1;
  atomic_store_explicit(&spin->last_end_ns, now_ns, memory_order_relaxed);
  if (plan->counts && answered && others == 0)
    learn(&spin->cost_ns[plan->traffic][plan->way], now_ns - plan->start_ns);
}

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* Looks some times between two looks at the clock. */
static bool spin_for(_Atomic uint32_t *word, uint32_t value, bool equal,
                     uint64_t until_ns) {
  for (;;) {
    for (int i = 0; i < 16; i++) {
      /* The caller's own load is the one that acquires. */
      uint32_t seen = atomic_load_explicit(word, memory_order_relaxed);
      if ((seen == value) == equal) return true;
      relax();
    }
    if (channel_now_ns() >= until_ns) return false;
  }
}

bool spin_until(_Atomic uint32_t *word, uint32_t wanted, uint64_t until_ns) {
  return spin_for(word, wanted, true, until_ns);
}

bool spin_while(_Atomic uint32_t *word, uint32_t unwanted,
                uint64_t until_ns) {
  return spin_for(word, unwanted, false, until_ns);
}
