/* Blocks that many read and one replaces: none is freed while somebody reads
 * it, all are in the end. The sanitizers see who reads what was freed, and
 * what never was. */
#include "cache/readers.h"

#include <pthread.h>

#include "test.h"

static struct readers readers;

static uint8_t *block_of(size_t bytes) {
  uint8_t *block = malloc(bytes);
  memset(block, 1, bytes);
  return block;
}

TEST(nothing_is_freed_while_a_reader_is_in) {
  uint8_t *block = block_of(100);
  unsigned shard = readers_enter(&readers);
  CHECK(!readers_are_gone(&readers));
  readers_retire(&readers, block, 100);
  for (int i = 0; i < 10; i++) CHECK(readers_have_room(&readers, 1));
  CHECK(readers.retired_count == 1);
  CHECK(block[0] == 1 && block[99] == 1);
  readers_leave(&readers, shard);
  CHECK(readers_are_gone(&readers));
  CHECK(readers_have_room(&readers, 1) && readers.retired_count == 0);
}

TEST(a_reader_that_came_later_delays_but_each_shard_counts_once) {
  uint8_t *block = block_of(1);
  /* Readers of two shards that are never gone at the same time. */
  atomic_fetch_add(&readers.shards[3].count, 1);
  readers_retire(&readers, block, 1);
  CHECK(readers_have_room(&readers, 1) && readers.retired_count == 1);
  atomic_fetch_add(&readers.shards[5].count, 1);
  readers_leave(&readers, 3);
  CHECK(!readers_are_gone(&readers));
  /* Shard 5 was seen empty before, shard 3 is now. */
  CHECK(readers_have_room(&readers, 1) && readers.retired_count == 0);
  readers_leave(&readers, 5);
}

TEST(two_of_one_shard_are_waited_for) {
  uint8_t *block = block_of(1);
  unsigned first = readers_enter(&readers);
  unsigned second = readers_enter(&readers);
  readers_retire(&readers, block, 1);
  readers_leave(&readers, first);
  CHECK(first != second || !readers_are_gone(&readers));
  CHECK(readers_have_room(&readers, 1) && readers.retired_count == 1);
  CHECK(*block == 1);
  readers_leave(&readers, second);
  readers_clear(&readers);
}

TEST(room_runs_out_and_comes_back) {
  unsigned shard = readers_enter(&readers);
  for (unsigned i = 0; i < RETIRED_LIMIT; i++) {
    CHECK(readers_have_room(&readers, 1));
    CHECK(readers_have_room(&readers, RETIRED_LIMIT - i));
    CHECK(!readers_have_room(&readers, RETIRED_LIMIT - i + 1));
    readers_retire(&readers, block_of(1 + i), 1 + i);
  }
  CHECK(!readers_have_room(&readers, 1));
  CHECK(readers_have_room(&readers, 0));
  readers_leave(&readers, shard);
  CHECK(readers_have_room(&readers, RETIRED_LIMIT));
}

TEST(no_block_is_nothing) {
  readers_retire(&readers, NULL, 10);
  CHECK(readers.retired_count == 0);
  readers_clear(&readers);
}

TEST(the_end_frees_the_rest) {
  for (unsigned i = 0; i < RETIRED_LIMIT; i++)
    readers_retire(&readers, block_of(16), 16);
  readers_clear(&readers);
  CHECK(readers.retired_count == 0);
}

/* ---- many readers, one writer ---- */

#define READERS 16
#define REPLACEMENTS 2000

struct numbers {
  unsigned first;
  unsigned rest[15]; /* the same */
};

static _Atomic(struct numbers *) shared;
static _Atomic bool over;
static _Atomic unsigned looks;

static void *look(void *unused) {
  (void)unused;
  while (!atomic_load(&over)) {
    unsigned shard = readers_enter(&readers);
    struct numbers *numbers = atomic_load(&shared);
    bool same = true;
    for (int i = 0; i < 15; i++)
      same = same && numbers->rest[i] == numbers->first;
    readers_leave(&readers, shard);
    CHECK(same);
    atomic_fetch_add_explicit(&looks, 1, memory_order_relaxed);
  }
  return NULL;
}

static struct numbers *numbers_of(unsigned number) {
  struct numbers *numbers = malloc(sizeof *numbers);
  numbers->first = number;
  for (int i = 0; i < 15; i++) numbers->rest[i] = number;
  return numbers;
}

TEST(many_read_while_one_replaces) {
  pthread_t threads[READERS];
  unsigned replaced = 0;
  atomic_store(&shared, numbers_of(1));
  for (int i = 0; i < READERS; i++)
    pthread_create(&threads[i], NULL, look, NULL);
  for (unsigned i = 2; replaced < REPLACEMENTS; i++) {
    if (!readers_have_room(&readers, 1)) {
      /* There is room once those who read are done. */
      sched_yield();
      continue;
    }
    readers_retire(&readers, atomic_exchange(&shared, numbers_of(i)),
                   sizeof(struct numbers));
    replaced++;
  }
  atomic_store(&over, true);
  for (int i = 0; i < READERS; i++) pthread_join(threads[i], NULL);
  CHECK(looks > 0);
  CHECK(readers_are_gone(&readers));
  CHECK(readers_have_room(&readers, RETIRED_LIMIT));
  free(atomic_load(&shared));
}
