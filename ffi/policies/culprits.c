/* See culprits.h. A worker may have written anything where its fingerprints
 * stand: they are copied once, and only ever compared and passed on. */
#include "culprits.h"

static void forget_old(struct culprits *culprits, uint64_t now_ns) {
  for (uint32_t i = culprits->count; i-- > 0;)
    if (now_ns - culprits->entries[i].last_ns >
        CULPRIT_FORGET_MS * 1000000ull)
      culprits->entries[i] = culprits->entries[--culprits->count];
}

static struct culprit *find(struct culprits *culprits, uint32_t fingerprint) {
  for (uint32_t i = 0; i < culprits->count; i++)
    if (culprits->entries[i].faults.fingerprint == fingerprint)
      return &culprits->entries[i];
  return NULL;
}

/* Room for one more: a free entry, or that with the oldest fault. */
static struct culprit *make_room(struct culprits *culprits) {
  if (culprits->count < CULPRITS)
    return &culprits->entries[culprits->count++];
  struct culprit *oldest = &culprits->entries[0];
  for (uint32_t i = 1; i < CULPRITS; i++)
    if (culprits->entries[i].last_ns < oldest->last_ns)
      oldest = &culprits->entries[i];
  return oldest;
}

static void blame(struct culprits *culprits, uint32_t fingerprint,
                  uint32_t picks, uint32_t loads, uint64_t now_ns) {
  struct culprit *culprit = find(culprits, fingerprint);
  if (culprit == NULL) {
    culprit = make_room(culprits);
    culprit->faults = (struct channel_culprit){.fingerprint = fingerprint};
  }
  culprit->faults.picks += picks;
  culprit->faults.loads += loads;
  culprit->last_ns = now_ns;
}

/* Relaxed loads: the worker is gone, so nothing is written any more. */
void culprits_note(struct culprits *culprits, struct channel_header *header,
                   bool held_too_much, uint64_t now_ns) {
  uint32_t running =
      atomic_load_explicit(&header->policy, memory_order_relaxed);
  uint32_t loading =
      atomic_load_explicit(&header->policy_loading, memory_order_relaxed);
  uint32_t last =
      atomic_load_explicit(&header->policy_last, memory_order_relaxed);
  forget_old(culprits, now_ns);
  if (running != 0)
    blame(culprits, running, 1, 0, now_ns);
  else if (loading != 0)
    /* Memory may be another's: once is no proof. */
    blame(culprits, loading, held_too_much ? 1 : 0, held_too_much ? 0 : 1,
          now_ns);
  else if (held_too_much && last != 0)
    blame(culprits, last, 1, 0, now_ns);
}

void culprits_give(struct culprits *culprits, struct channel_header *header,
                   uint64_t now_ns) {
  forget_old(culprits, now_ns);
  for (uint32_t i = 0; i < culprits->count; i++)
    header->culprits[i] = culprits->entries[i].faults;
  header->culprit_count = culprits->count;
}
