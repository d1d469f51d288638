/* Host role: lets many threads read shared blocks without a lock while one
 * writer at a time replaces them. A block that was taken out of reach is
 * freed once no thread can be reading it any more: once each shard of the
 * count of readers was seen empty since. (Quiescent-state reclamation, see
 * https://www.kernel.org/doc/html/latest/RCU/whatisRCU.html.)
 */
#ifndef READERS_H
#define READERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One cache line each, so that threads on different processors do not wait
 * for each other's counting. At most 64: one bit each in `busy` below. */
#define READER_SHARDS 64u

/* Blocks that wait to be freed. A writer that finds no room leaves things as
 * they are. A guess: some replacements' worth. */
#define RETIRED_LIMIT 256u

/* Their bytes, beyond which there is no room either. */
#define RETIRED_BYTES (8u << 20)

struct reader_shard {
  _Alignas(64) _Atomic uint32_t count;
};

/* Zero bytes are a valid start. */
struct readers {
  struct reader_shard shards[READER_SHARDS];
  struct retired {
    void *block;
    size_t bytes;
    uint64_t busy; /* shards not seen empty since it was retired */
  } retired[RETIRED_LIMIT]; /* [writer] */
  unsigned retired_count;   /* [writer] */
  size_t retired_bytes;     /* [writer] */
};

/* [any thread] What is read between these two is not freed meanwhile. Keep it
 * short and never wait in it. */
unsigned readers_enter(struct readers *readers);
void readers_leave(struct readers *readers, unsigned shard);

/* [any thread] Whether each shard was seen empty. */
bool readers_are_gone(struct readers *readers);

/* [writer] Frees what can be freed; whether `blocks` more can be retired. */
bool readers_have_room(struct readers *readers, unsigned blocks);

/* [writer] The block, of malloc(), is out of every new reader's reach: it is
 * overwritten and freed in time. There must be room. NULL: nothing. */
void readers_retire(struct readers *readers, void *block, size_t bytes);

/* [shutdown, no reader] Frees what is left. */
void readers_clear(struct readers *readers);

#endif
