/* Whether to spin before sleeping, learned from what it was seen to bring.
 *
 * Waking a thread whose processor sleeps costs 8 us on one kind of machine
 * and 50 to 100 us on another; who looks at the word instead of sleeping
 * saves that, but takes a processor from others: on a machine with few, from
 * the very worker that it waits for. So three ways are tried in turn, what a
 * hand-over took is remembered for each, and the best one is used, with a
 * look at the others now and then. Sparse and dense traffic are told apart.
 * (An epsilon-greedy bandit, https://en.wikipedia.org/wiki/Multi-armed_bandit.)
 */
#ifndef SPIN_H
#define SPIN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* How long a side spins at most: about what a hand-over takes with the other
 * side awake, and the slow kind of wake. */
#define SPIN_NS 60000u

enum spin_way {
  SPIN_NONE, /* both sides sleep at once */
  SPIN_HOST, /* the host spins for its answer */
  SPIN_BOTH, /* and the worker for its next request */
  SPIN_WAYS,
};

enum spin_traffic { SPIN_SPARSE, SPIN_DENSE, SPIN_TRAFFICS };

/* Zero bytes are a valid start. Words that many threads write without order:
 * a lost update is a lost measurement. */
struct spin {
  _Atomic uint32_t cost_ns[SPIN_TRAFFICS][SPIN_WAYS]; /* 0: not known */
  _Atomic uint32_t calls[SPIN_TRAFFICS];
  _Atomic uint32_t waiting;     /* threads that wait for answers */
  _Atomic uint64_t last_end_ns; /* when the last hand-over ended */
};

/* How one hand-over waits. */
struct spin_plan {
  enum spin_traffic traffic;
  enum spin_way way;
  bool counts; /* it tells something about its way */
  uint64_t start_ns;
};

/* [any thread] Before the other side is woken. With several threads waiting
 * nobody spins: they would keep each other from their work. */
struct spin_plan spin_begin(struct spin *spin, uint64_t now_ns);

/* [any thread] After: learns from it if it was answered. */
void spin_end(struct spin *spin, const struct spin_plan *plan,
              uint64_t now_ns, bool answered);

/* [any thread] Looks at *word until it is `wanted` or time is up; whether it
 * is. */
bool spin_until(_Atomic uint32_t *word, uint32_t wanted, uint64_t until_ns);

/* [any thread] The same until it is not `unwanted`. */
bool spin_while(_Atomic uint32_t *word, uint32_t unwanted, uint64_t until_ns);

#endif
