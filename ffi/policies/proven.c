/* See proven.h. A worker may have written anything where its fingerprints
 * stand: they are copied once, and only ever compared and passed on. */
#include "proven.h"

#include <stdbool.h>
#include <string.h>

static void add(struct proven *proven, uint32_t fingerprint) {
  if (fingerprint == 0 || proven->count == VERSIONS) return;
  for (uint32_t i = 0; i < proven->count; i++)
    if (proven->fingerprints[i] == fingerprint) return;
  proven->fingerprints[proven->count++] = fingerprint;
}

/* Relaxed loads: the worker is gone, so nothing is written any more. */
void proven_note(struct proven *proven, const struct channel_header *header) {
  struct proven next = {0};
  for (uint32_t i = 0; i < VERSIONS; i++)
    add(&next, atomic_load_explicit(&header->loaded[i], memory_order_relaxed));
  for (uint32_t i = 0; i < proven->count; i++)
    add(&next, proven->fingerprints[i]);
  *proven = next;
}

void proven_give(const struct proven *proven, struct channel_header *header) {
  memcpy(header->proven, proven->fingerprints, sizeof header->proven);
  header->proven_count = proven->count;
}
