/* See advance.h: the keys that are remembered. [writer] throughout: the lock
 * is held. */
#include "advance.h"

#include <string.h>

static void unlink_key(struct advance *advance, struct advance_key *key) {
  _Atomic(struct advance_key *) *link =
      &advance->buckets[key->hash % ADVANCE_KEYS];
  for (;;) {
    struct advance_key *at = atomic_load(link);
    if (at == NULL) return;
    if (at == key) break;
    link = &at->next;
  }
  atomic_store(link, atomic_load(&key->next));
}

/* The place of the key that goes: an empty one, one that is out of date, or
 * by second chance as for lists. */
static unsigned next_to_go(struct advance *advance) {
  uint64_t generation = atomic_load(&advance->generation);
  unsigned at = 0;
  for (unsigned i = 0; i < 2 * ADVANCE_KEYS; i++) {
    at = advance->key_hand++ % ADVANCE_KEYS;
    struct advance_key *key = advance->keys[at];
    if (key == NULL || key->generation != generation ||
        !atomic_exchange(&key->used, false))
      break;
  }
  return at;
}

static bool is_same(const struct advance_key *a,
                    const struct advance_key *b) {
  return a->hash == b->hash && a->list == b->list && a->shape == b->shape &&
         a->generation == b->generation && a->head_bytes == b->head_bytes &&
         memcmp(a->value_bytes, b->value_bytes, sizeof a->value_bytes) == 0 &&
         memcmp(a->parts, b->parts,
                b->bytes - sizeof *b - b->answer_bytes) == 0;
}

/* Where a key of the same parts is, or where the new one may go. */
static unsigned place_for(struct advance *advance,
                          const struct advance_key *key) {
  struct advance_key *other =
      atomic_load(&advance->buckets[key->hash % ADVANCE_KEYS]);
  while (other != NULL && !is_same(other, key))
    other = atomic_load(&other->next);
  if (other == NULL) return next_to_go(advance);
  unsigned at = 0;
  while (advance->keys[at] != other) at++;
  return at;
}

/* How the worker knows the key's list; 0: not any more. */
static uint64_t known_of(struct advance *advance,
                         const struct advance_key *key) {
  for (unsigned i = 0; i < ADVANCE_LISTS; i++) {
    struct advance_list *list = atomic_load(&advance->lists[i]);
    if (list != NULL && list->serial == key->list)
      return atomic_load(&list->known);
  }
  return 0;
}

static struct advance_report report_of(struct advance_key *key,
                                       uint64_t known) {
  struct advance_report report = {
      .list = KNOWN_NUMBER(known),
      .epoch = key->epoch,
      .tag = key->tag,
      .from = key->reported,
      .to = atomic_load(&key->taken),
  };
  key->reported = report.to;
  return report;
}

void advance_drop_key(struct advance *advance, unsigned at) {
  struct advance_key *key = advance->keys[at];
  if (key == NULL) return;
  unlink_key(advance, key);
  advance->keys[at] = NULL;
  uint64_t known = known_of(advance, key);
  struct advance_report report = report_of(key, known);
  advance_leave_report(advance, known, &report);
  readers_retire(&advance->readers, key, key->bytes);
}

void advance_leave_key_reports(struct advance *advance,
                               struct advance_list *list) {
  uint64_t known = atomic_load(&list->known);
  for (unsigned i = 0; i < ADVANCE_KEYS; i++) {
    struct advance_key *key = advance->keys[i];
    if (key == NULL || key->list != list->serial) continue;
    struct advance_report report = report_of(key, known);
    advance_leave_report(advance, known, &report);
  }
}

/* A refusal under the config in force: any worker can make sense of it. */
static bool is_refusal(struct advance *advance,
                       const struct advance_key *key) {
  return key->tag >= ADVANCE_REFUSAL_TAG && key->tag != ADVANCE_NO_TAG &&
         key->generation == atomic_load(&advance->generation);
}

bool advance_next_key_report(struct advance *advance, uint32_t worker,
                             struct advance_report *report) {
  for (unsigned i = 0; i < ADVANCE_KEYS; i++) {
    struct advance_key *key = advance->keys[i];
    if (key == NULL || atomic_load(&key->taken) == key->reported) continue;
    uint64_t known = known_of(advance, key);
    if (KNOWN_WORKER(known) != worker && !is_refusal(advance, key)) continue;
    *report = report_of(key, known);
    return true;
  }
  return false;
}

void advance_put_key(struct advance *advance, struct advance_key *key) {
  unsigned at = place_for(advance, key);
  _Atomic(struct advance_key *) *bucket =
      &advance->buckets[key->hash % ADVANCE_KEYS];
  /* First the new one, so that a reader always finds one of the two. */
  atomic_store(&key->next, atomic_load(bucket));
  atomic_store(bucket, key);
  advance_drop_key(advance, at);
  advance->keys[at] = key;
}
