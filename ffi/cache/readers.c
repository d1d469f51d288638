/* See readers.h. */
#include "readers.h"

#include <stdlib.h>

#include "channel/wipe.h"

/* Threads run on stacks far from each other: a stack address tells them
 * apart without thread-local memory, which a library that is unloaded should
 * not have. Two threads of one shard are only slower. */
unsigned readers_enter(struct readers *readers) {
  char here;
  uint64_t address = (uint64_t)(uintptr_t)&here >> 12;
  unsigned shard = (unsigned)(address * 0x9e3779b97f4a7c15ull >> 58);
  /* Sequentially consistent, as the writer's unlinking and its look at the
   * count are: either the writer sees this reader, or this reader sees what
   * the writer put in place. */
  atomic_fetch_add(&readers->shards[shard].count, 1);
  return shard;
}

void readers_leave(struct readers *readers, unsigned shard) {
  /* Meets the load in empty_shards(): all reading is done when it is seen. */
  atomic_fetch_sub_explicit(&readers->shards[shard].count, 1,
                            memory_order_release);
}

static uint64_t empty_shards(struct readers *readers) {
  uint64_t empty = 0;
  for (unsigned i = 0; i < READER_SHARDS; i++)
    if (atomic_load(&readers->shards[i].count) == 0) empty |= 1ull << i;
  return empty;
}

bool readers_are_gone(struct readers *readers) {
  return empty_shards(readers) == UINT64_MAX;
}

/* What is freed may name credentials and sessions. */
static void drop(struct readers *readers, struct retired *retired) {
  readers->retired_bytes -= retired->bytes;
  wipe(retired->block, retired->bytes);
  free(retired->block);
}

static void collect(struct readers *readers) {
  unsigned kept = 0;
  if (readers->retired_count == 0) return;
  uint64_t empty = empty_shards(readers);
  for (unsigned i = 0; i < readers->retired_count; i++) {
    struct retired *retired = &readers->retired[i];
    retired->busy &= ~empty;
    if (retired->busy == 0)
      drop(readers, retired);
    else
      readers->retired[kept++] = *retired;
  }
  readers->retired_count = kept;
}

bool readers_have_room(struct readers *readers, unsigned blocks) {
  collect(readers);
  return readers->retired_count + blocks <= RETIRED_LIMIT &&
         readers->retired_bytes <= RETIRED_BYTES;
}

void readers_retire(struct readers *readers, void *block, size_t bytes) {
  if (block == NULL) return;
  readers->retired_bytes += bytes;
  readers->retired[readers->retired_count++] = (struct retired){
      .block = block, .bytes = bytes, .busy = UINT64_MAX};
}

void readers_clear(struct readers *readers) {
  for (unsigned i = 0; i < readers->retired_count; i++)
    drop(readers, &readers->retired[i]);
  readers->retired_count = 0;
}
