/* The shared segment, both sides' common steps: clock, futex, checksum, and
 * where things are. See channel.h for the contract. */
#define _GNU_SOURCE
#include "channel.h"

#include <linux/futex.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

uint64_t channel_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t channel_in_ms(uint64_t ms) {
  return channel_now_ns() + ms * 1000000u;
}

struct timespec channel_timespec(uint64_t ns) {
  return (struct timespec){.tv_sec = (time_t)(ns / 1000000000u),
                           .tv_nsec = (long)(ns % 1000000000u)};
}

void channel_wait(_Atomic uint32_t *word, uint32_t value,
                  uint64_t deadline_ns) {
  struct timespec until = channel_timespec(deadline_ns);
  /* FUTEX_WAIT_BITSET: the deadline is absolute and monotonic. Not private:
   * the other side is another process. */
  syscall(SYS_futex, word, FUTEX_WAIT_BITSET, value, &until, NULL,
          FUTEX_BITSET_MATCH_ANY);
}

void channel_wake(_Atomic uint32_t *word) {
  syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* Eight bytes a step, multiply and fold (the mixing step of FNV-1a on wider
 * words). It finds torn and overwritten memory; it is no signature. */
static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x100000001b3ULL;
  return hash ^ (hash >> 29);
}

uint64_t channel_checksum(uint32_t number, const struct channel_slot *answer,
                          const uint8_t *bytes, size_t length) {
  uint64_t hash = mix(0xcbf29ce484222325ULL, number);
  hash = mix(hash, (uint64_t)answer->outcome << 32 | answer->rc);
  hash = mix(hash,
             (uint64_t)answer->answer_bytes << 32 | answer->publish_bytes);
  hash = mix(hash, length);
  for (; length >= 8; bytes += 8, length -= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    hash = mix(hash, word);
  }
  uint64_t tail = 0;
  memcpy(&tail, bytes, length);
  return mix(hash, tail);
}

struct channel_slot *channel_slot_at(struct channel_header *segment,
                                     uint32_t slot) {
  return (struct channel_slot *)((uint8_t *)segment + SLOT_TABLE_OFFSET) +
         slot;
}

uint8_t *channel_request_area(struct channel_header *segment, uint32_t slot) {
  return (uint8_t *)segment + REQUEST_AREA_OFFSET +
         (uint64_t)slot * SLOT_REQUEST_BYTES;
}

uint8_t *channel_answer_area(struct channel_header *segment, uint32_t slot) {
  return (uint8_t *)segment + ANSWER_AREA_OFFSET +
         (uint64_t)slot * SLOT_ANSWER_BYTES;
}
