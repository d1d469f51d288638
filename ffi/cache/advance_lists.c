/* See advance.h: the lists of candidates that are remembered, and their
 * rotations. [writer] throughout: the lock is held. */
#include "advance.h"

#include <stdlib.h>
#include <string.h>

/* Blocks that dropping one list retires, at most. */
#define LIST_BLOCKS (1u + 3u * ADVANCE_ROTATIONS)

/* ---- what was taken ---- */

static struct advance_report report_of(struct advance_list *list,
                                       struct advance_rotation *rotation) {
  struct advance_report report = {
      .list = KNOWN_NUMBER(atomic_load(&list->known)),
      .epoch = rotation->epoch,
      .tag = rotation->tag,
      .from = rotation->reported,
      .to = atomic_load(&rotation->next),
  };
  rotation->reported = report.to;
  return report;
}

void advance_leave_report(struct advance *advance, uint64_t known,
                          const struct advance_report *report) {
  if (known == 0 || report->from == report->to ||
      advance->left_count == ADVANCE_LEFT)
    return;
  advance->left[advance->left_count].worker = KNOWN_WORKER(known);
  advance->left[advance->left_count++].report = *report;
}

/* ---- rotations ---- */

static void drop_order(struct advance *advance, struct advance_order *order) {
  if (order == NULL) return;
  advance->lists_bytes -= order->bytes;
  readers_retire(&advance->readers, order, order->bytes);
}

static void drop_rotation(struct advance *advance, struct advance_list *list,
                          uint32_t at) {
  struct advance_rotation *rotation =
      atomic_exchange(&list->rotations[at], NULL);
  if (rotation == NULL) return;
  struct advance_report report = report_of(list, rotation);
  advance_leave_report(advance, atomic_load(&list->known), &report);
  for (int i = 0; i < 2; i++)
    drop_order(advance, atomic_load(&rotation->orders[i]));
  advance->lists_bytes -= sizeof *rotation;
  readers_retire(&advance->readers, rotation, sizeof *rotation);
}

static size_t words_of(const struct publication *p) {
  return (size_t)p->count + p->distinct + 1;
}

static size_t order_bytes(const struct publication *p) {
  size_t answers = p->answers_bytes - 4 * (size_t)p->distinct;
  return sizeof(struct advance_order) + 4 * words_of(p) + answers;
}

static struct advance_order *make_order(const struct publication *p) {
  size_t bytes = order_bytes(p);
  struct advance_order *order = malloc(bytes);
  if (order == NULL) return NULL;
  uint32_t *starts = order->words + p->count;
  uint8_t *to = (uint8_t *)(order->words + words_of(p));
  *order = (struct advance_order){
      .from = p->cyclic ? 0 : p->from,
      .count = p->count,
      .cyclic = p->cyclic,
      .bytes = bytes,
      .sequence = order->words,
      .starts = starts,
      .answers = to,
  };
  for (uint32_t i = 0; i < p->count; i++)
    order->words[i] = publication_word(p->sequence + 4 * (size_t)i);
  const uint8_t *from = p->answers;
  starts[0] = 0;
  for (uint32_t i = 0; i < p->distinct; i++) {
    uint32_t length = publication_word(from);
    memcpy(to + starts[i], from + 4, length);
    starts[i + 1] = starts[i] + length;
    from += 4 + length;
  }
  return order;
}

/* The place of the rotation with this tag, or of one that may go. */
static uint32_t place_of(struct advance *advance, struct advance_list *list,
                         uint32_t tag, bool *there) {
  uint64_t generation = atomic_load(&advance->generation);
  uint32_t place = tag % ADVANCE_ROTATIONS;
  bool found_place = false;
  *there = false;
  for (uint32_t i = 0; i < ADVANCE_ROTATIONS; i++) {
    const struct advance_rotation *rotation =
        atomic_load(&list->rotations[i]);
    bool may_go = rotation == NULL || rotation->generation != generation;
    if (!may_go && rotation->tag == tag) {
      *there = true;
      return i;
    }
    if (may_go && !found_place) {
      place = i;
      found_place = true;
    }
  }
  return place;
}

static bool add_rotation(struct advance *advance, struct advance_list *list,
                         const struct publication *p,
                         struct advance_order *order, uint32_t at) {
  struct advance_rotation *rotation = calloc(1, sizeof *rotation);
  if (rotation == NULL) return false;
  drop_rotation(advance, list, at);
  rotation->tag = p->tag;
  rotation->epoch = p->epoch;
  rotation->generation = atomic_load(&advance->generation);
  rotation->reported = p->from;
  atomic_store(&rotation->next, p->from);
  atomic_store(&rotation->orders[0], order);
  advance->lists_bytes += sizeof *rotation + order->bytes;
  atomic_store(&list->rotations[at], rotation);
  return true;
}

/* Whether the rotation has these answers already. */
static bool has_order(struct advance_rotation *rotation,
                      const struct advance_order *order) {
  for (int i = 0; i < 2; i++) {
    const struct advance_order *other = atomic_load(&rotation->orders[i]);
    if (other != NULL && (other->cyclic || (other->from <= order->from &&
                                            other->from + other->count >=
                                                order->from + order->count)))
      return true;
  }
  return false;
}

static void replace_older(struct advance *advance,
                          struct advance_rotation *rotation,
                          struct advance_order *order) {
  struct advance_order *first = atomic_load(&rotation->orders[0]);
  struct advance_order *second = atomic_load(&rotation->orders[1]);
  int older = first != NULL && (second == NULL || second->from < first->from);
  struct advance_order *gone =
      atomic_exchange(&rotation->orders[older], order);
  advance->lists_bytes += order->bytes;
  drop_order(advance, gone);
}

bool advance_add_order(struct advance *advance, struct advance_list *list,
                       const struct publication *p, uint32_t *at) {
  bool there;
  if (p->answers_bytes > ADVANCE_LIST_BYTES ||
      advance->lists_bytes + sizeof(struct advance_rotation) +
              order_bytes(p) >
          ADVANCE_LISTS_BYTES ||
      !readers_have_room(&advance->readers, LIST_BLOCKS))
    return false;
  struct advance_order *order = make_order(p);
  if (order == NULL) return false;
  *at = place_of(advance, list, p->tag, &there);
  if (!there) {
    if (p->kind == PUBLICATION_KEY &&
        add_rotation(advance, list, p, order, *at))
      return true;
    free(order);
    return false;
  }
  struct advance_rotation *rotation = atomic_load(&list->rotations[*at]);
  /* More is asked for under a number that this rotation may have lost since;
   * with a key the worker says the number that it has now. */
  if (p->kind == PUBLICATION_ORDER && rotation->epoch != p->epoch) {
    free(order);
    return false;
  }
  rotation->epoch = p->epoch;
  if (has_order(rotation, order))
    free(order);
  else
    replace_older(advance, rotation, order);
  atomic_store(&rotation->low, false);
  return true;
}

/* ---- lists ---- */

static void drop_list(struct advance *advance, unsigned at) {
  struct advance_list *list = atomic_load(&advance->lists[at]);
  if (list == NULL) return;
  atomic_store(&advance->lists[at], NULL);
  atomic_store(&advance->lengths[at], 0);
  advance_leave_key_reports(advance, list);
  for (uint32_t i = 0; i < ADVANCE_ROTATIONS; i++)
    drop_rotation(advance, list, i);
  advance->lists_bytes -= list->bytes;
  readers_retire(&advance->readers, list, list->bytes);
}

/* Second chance (CLOCK, https://en.wikipedia.org/wiki/Page_replacement_algorithm):
 * a list that was used since the hand last came by stays for another round. */
static unsigned next_to_go(struct advance *advance) {
  unsigned at = 0;
  /* Two rounds: in the second one all have had their chance. */
  for (unsigned i = 0; i < 2 * ADVANCE_LISTS; i++) {
    at = advance->list_hand++ % ADVANCE_LISTS;
    struct advance_list *list = atomic_load(&advance->lists[at]);
    if (list != NULL && !atomic_exchange(&list->used, false)) break;
  }
  return at;
}

/* Room for a list of these bytes, and for a rotation of the greatest size. */
static bool has_room(const struct advance *advance, size_t bytes) {
  return advance->lists_bytes + bytes + 2 * ADVANCE_LIST_BYTES <=
         ADVANCE_LISTS_BYTES;
}

/* An empty place for it; ADVANCE_LISTS if there is none now. */
static unsigned make_room(struct advance *advance, size_t bytes) {
  for (unsigned i = 0; i < ADVANCE_LISTS; i++)
    if (atomic_load(&advance->lists[i]) == NULL && has_room(advance, bytes))
      return i;
  for (unsigned tries = 0; tries < ADVANCE_LISTS; tries++) {
    if (!readers_have_room(&advance->readers, LIST_BLOCKS)) break;
    unsigned at = next_to_go(advance);
    drop_list(advance, at);
    if (has_room(advance, bytes)) return at;
  }
  return ADVANCE_LISTS;
}

static struct advance_list *find_same(struct advance *advance,
                                      const uint8_t *tail, size_t length) {
  uint64_t mark = advance_mark(tail, length);
  for (unsigned i = 0; i < ADVANCE_LISTS; i++) {
    struct advance_list *list = atomic_load(&advance->lists[i]);
    if (list != NULL && list->length == length &&
        atomic_load(&advance->marks[i]) == mark &&
        memcmp(list->tail, tail, length) == 0)
      return list;
  }
  return NULL;
}

struct advance_list *advance_remember_list(struct advance *advance,
                                           const uint8_t *tail,
                                           size_t length) {
  if (length <= TAIL_START_BYTES || length > ADVANCE_LIST_BYTES ||
      memcmp(tail, TAIL_START, TAIL_START_BYTES) != 0)
    return NULL;
  struct advance_list *list = find_same(advance, tail, length);
  if (list != NULL) return list;
  size_t bytes = sizeof *list + length;
  unsigned at = make_room(advance, bytes);
  if (at == ADVANCE_LISTS) return NULL;
  list = calloc(1, bytes);
  if (list == NULL) return NULL;
  list->serial = ++advance->last_serial;
  list->length = (uint32_t)length;
  list->bytes = bytes;
  atomic_store(&list->used, true);
  memcpy(list->tail, tail, length);
  advance->lists_bytes += bytes;
  atomic_store(&advance->marks[at], advance_mark(tail, length));
  atomic_store(&advance->lists[at], list);
  atomic_store(&advance->lengths[at], (uint32_t)length);
  return list;
}

struct advance_list *advance_known_list(struct advance *advance,
                                        uint32_t worker, uint32_t number) {
  for (unsigned i = 0; i < ADVANCE_LISTS; i++) {
    struct advance_list *list = atomic_load(&advance->lists[i]);
    if (list != NULL && atomic_load(&list->known) == KNOWN(worker, number))
      return list;
  }
  return NULL;
}

/* ---- what the worker is told ---- */

static bool next_left(struct advance *advance, uint32_t worker,
                      struct advance_report *report) {
  while (advance->left_count > 0) {
    unsigned last = --advance->left_count;
    if (advance->left[last].worker != worker) continue;
    *report = advance->left[last].report;
    return true;
  }
  return false;
}

static uint64_t end_of(struct advance_rotation *rotation) {
  uint64_t end = 0;
  for (int i = 0; i < 2; i++) {
    const struct advance_order *order = atomic_load(&rotation->orders[i]);
    if (order != NULL && order->from + order->count > end)
      end = order->from + order->count;
  }
  uint64_t next = atomic_load(&rotation->next);
  return next > end ? next : end;
}

bool advance_next_report(struct advance *advance, uint32_t worker,
                         struct advance_report *report) {
  bool found = false;
  pthread_mutex_lock(&advance->lock);
  *report = (struct advance_report){0};
  found = next_left(advance, worker, report) ||
          advance_next_key_report(advance, worker, report);
  for (unsigned i = 0; !found && i < ADVANCE_LISTS; i++) {
    struct advance_list *list = atomic_load(&advance->lists[i]);
    if (list == NULL || KNOWN_WORKER(atomic_load(&list->known)) != worker)
      continue;
    for (unsigned j = 0; !found && j < ADVANCE_ROTATIONS; j++) {
      struct advance_rotation *rotation = atomic_load(&list->rotations[j]);
      if (rotation == NULL) continue;
      bool more = atomic_exchange(&rotation->low, false);
      if (!more && atomic_load(&rotation->next) == rotation->reported)
        continue;
      *report = report_of(list, rotation);
      report->more = more;
      report->more_from = end_of(rotation);
      found = true;
    }
  }
  pthread_mutex_unlock(&advance->lock);
  return found;
}

/* ---- the end ---- */

void advance_clear(struct advance *advance) {
  readers_clear(&advance->readers);
  for (unsigned i = 0; i < ADVANCE_LISTS; i++) {
    drop_list(advance, i);
    readers_clear(&advance->readers);
  }
  for (unsigned i = 0; i < ADVANCE_KEYS; i++) {
    advance_drop_key(advance, i);
    readers_clear(&advance->readers);
  }
  struct advance_any *any = atomic_exchange(&advance->any, NULL);
  if (any != NULL)
    readers_retire(&advance->readers, any, sizeof *any + any->length);
  readers_retire(&advance->readers,
                 atomic_exchange(&advance->shapes, NULL),
                 sizeof(struct advance_shapes));
  readers_clear(&advance->readers);
  advance->left_count = 0;
}
