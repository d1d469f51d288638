/* See advance.h: what writes. Keeps what the worker published, under the
 * lock; reads the parts of a key from the request itself, so that a key is
 * never made of what C would not find again. */
#include "advance.h"

#include <stdlib.h>
#include <string.h>

#include "channel/channel.h"
#include "host/response.h"

/* ---- shapes ---- */

/* Where the field is, added if need be; FIELD_LIMIT: no room. */
static uint32_t find_field(struct advance_shapes *shapes,
                           const struct publication_field *field) {
  for (uint32_t i = 0; i < shapes->field_count; i++)
    if (shapes->fields[i].length == field->name_bytes &&
        memcmp(shapes->fields[i].bytes, field->name, field->name_bytes) == 0)
      return i;
  if (shapes->field_count == FIELD_LIMIT) return FIELD_LIMIT;
  uint32_t at = shapes->field_count++;
  memcpy(shapes->fields[at].bytes, field->name, field->name_bytes);
  shapes->fields[at].length = field->name_bytes;
  return at;
}

static bool has_shape(const struct advance_shapes *shapes, uint32_t shape) {
  for (uint32_t i = 0; i < shapes->shape_count; i++)
    if (shapes->shapes[i] == shape) return true;
  return false;
}

/* The shape of what was published, entered if it is new. NULL: no room. The
 * fields' places go to `places`. The first request of all has the opening that
 * others are compared with. */
static const struct advance_shapes *enter_shape(
    struct advance *advance, const struct publication *p,
    struct request_opening opening, uint32_t *shape, uint32_t *places) {
  struct advance_shapes *old = atomic_load(&advance->shapes);
  uint64_t generation = atomic_load(&advance->generation);
  struct advance_shapes *new = calloc(1, sizeof *new);
  if (new == NULL) return NULL;
  if (old != NULL && old->generation == generation) *new = *old;
  new->generation = generation;
  *shape = p->head ? SHAPE_HEAD : 0;
  for (uint32_t i = 0; i < p->field_count; i++) {
    places[i] = find_field(new, &p->fields[i]);
    if (places[i] == FIELD_LIMIT) goto no_room;
    *shape |= SHAPE_FIELD(places[i]);
  }
  if (old != NULL && old->generation == generation &&
      has_shape(old, *shape)) {
    free(new);
    return old;
  }
  if (new->shape_count == ADVANCE_SHAPES) goto no_room;
  new->shapes[new->shape_count++] = *shape;
  if (new->opening_bytes == 0 && opening.length <= sizeof new->opening) {
    memcpy(new->opening, opening.bytes, opening.length);
    new->opening_bytes = (uint32_t)opening.length;
  }
  atomic_store(&advance->shapes, new);
  readers_retire(&advance->readers, old, sizeof *old);
  return new;

no_room:
  free(new);
  return NULL;
}

/* ---- one publication ---- */

/* What the worker looked at must be what C finds: a field that stands in the
 * request in another way than it was understood makes no key. */
static bool agree(const struct publication *p, const uint32_t *places,
                  const struct advance_parts *parts) {
  for (uint32_t i = 0; i < p->field_count; i++) {
    const struct publication_field *field = &p->fields[i];
    const struct field_value *value = &parts->values[places[i]];
    bool absent = field->value_bytes == VALUE_ABSENT;
    if (absent != (value->state == FIELD_ABSENT)) return false;
    if (!absent && (field->value_bytes != value->length ||
                    memcmp(field->value, value->bytes, value->length) != 0))
      return false;
  }
  return true;
}

static const uint8_t *first_answer(const struct publication *p,
                                   uint32_t *length) {
  const uint8_t *at = p->answers;
  for (uint32_t i = publication_word(p->sequence); i > 0; i--)
    at += 4 + publication_word(at);
  *length = publication_word(at);
  return at + 4;
}

static struct advance_key *make_key(const struct advance_shapes *shapes,
                                    uint32_t shape, uint64_t list,
                                    const struct advance_parts *parts,
                                    const struct publication *p) {
  uint32_t answer_bytes = 0;
  const uint8_t *answer = p->turns ? NULL : first_answer(p, &answer_bytes);
  size_t bytes = sizeof(struct advance_key) + parts->head_bytes +
                 answer_bytes;
  for (uint32_t i = 0; i < shapes->field_count; i++)
    if (shape & SHAPE_FIELD(i) && parts->values[i].state == FIELD_TEXT)
      bytes += parts->values[i].length;
  if (bytes > ADVANCE_KEY_BYTES) return NULL;
  struct advance_key *key = calloc(1, bytes);
  if (key == NULL) return NULL;
  key->hash = parts->hash;
  key->list = list;
  key->generation = shapes->generation;
  key->shape = shape;
  key->turns = p->turns;
  key->tag = p->tag;
  key->epoch = p->epoch;
  key->bytes = bytes;
  key->head_bytes = (uint32_t)parts->head_bytes;
  key->answer_bytes = answer_bytes;
  uint8_t *to = key->parts;
  memcpy(to, parts->head, parts->head_bytes);
  to += parts->head_bytes;
  for (uint32_t i = 0; i < shapes->field_count; i++) {
    if (!(shape & SHAPE_FIELD(i))) continue;
    const struct field_value *value = &parts->values[i];
    key->value_bytes[i] = VALUE_ABSENT;
    if (value->state != FIELD_TEXT) continue;
    key->value_bytes[i] = (uint32_t)value->length;
    memcpy(to, value->bytes, value->length);
    to += value->length;
  }
  if (answer_bytes > 0) memcpy(to, answer, answer_bytes);
  return key;
}

/* Lock held. */
static enum advance_kept keep_key(struct advance *advance,
                                  struct advance_list *list,
                                  const uint8_t *request, size_t prefix_bytes,
                                  uint64_t asked_ns,
                                  const struct publication *p) {
  uint32_t shape = 0, places[FIELD_LIMIT], rotation = 0;
  struct request_parts read = {0};
  struct advance_parts parts;
  struct request_opening opening = {
      request, request_opening_bytes(request, prefix_bytes)};
  bool looked = p->head || p->field_count > 0;
  if ((looked && opening.length == 0) ||
      !readers_have_room(&advance->readers, 2))
    return KEPT_NOTHING;
  const struct advance_shapes *shapes =
      enter_shape(advance, p, opening, &shape, places);
  if (shapes == NULL ||
      (looked &&
       !advance_read_request(shapes, request, prefix_bytes, &read)) ||
      !advance_find_parts(shapes, shape, list->serial, request, &read,
                          &parts) ||
      !agree(p, places, &parts))
    return KEPT_NOTHING;
  struct advance_key *key = make_key(shapes, shape, list->serial, &parts, p);
  if (key == NULL) return KEPT_NOTHING;
  if (p->turns && !advance_add_order(advance, list, p, &rotation)) {
    free(key);
    return KEPT_NOTHING;
  }
  key->rotation = rotation;
  if (p->lives_ms != 0)
    key->expires_ns = asked_ns + p->lives_ms * 1000000ull;
  if (!readers_have_room(&advance->readers, 1)) {
    free(key);
    return KEPT_NOTHING;
  }
  advance_put_key(advance, key);
  return p->turns ? KEPT_TURNS : KEPT;
}

/* Lock held. Another worker has other numbers for the same config. */
static void renumber(struct advance *advance, struct advance_list *list,
                     uint32_t epoch) {
  uint64_t generation = atomic_load(&advance->generation);
  for (unsigned i = 0; i < ADVANCE_ROTATIONS; i++) {
    struct advance_rotation *rotation = atomic_load(&list->rotations[i]);
    if (rotation != NULL && rotation->generation == generation)
      rotation->epoch = epoch;
  }
}

/* Lock held. The list that the request ends in, by the worker's word where
 * it begins, or by the number under which the request was handed over. */
static struct advance_list *list_of(struct advance *advance,
                                    const uint8_t *request, size_t length,
                                    const struct advance_question *question,
                                    uint32_t worker,
                                    const struct publication *p) {
  size_t tail_offset = p->tail_offset;
  if (question->worker == worker && question->list == p->list &&
      question->tail_bytes <= length)
    tail_offset = length - question->tail_bytes;
  if (tail_offset == 0 || tail_offset >= length) return NULL;
  struct advance_list *list = advance_remember_list(
      advance, request + tail_offset, length - tail_offset);
  if (list == NULL) return NULL;
  uint64_t known = KNOWN(worker, p->list);
  if (KNOWN_WORKER(atomic_exchange(&list->known, known)) != worker)
    renumber(advance, list, p->epoch);
  return list;
}

enum advance_kept advance_keep(struct advance *advance,
                               const uint8_t *request, size_t length,
                               const struct advance_question *question,
                               uint32_t worker,
                               const struct publication *p) {
  enum advance_kept kept = KEPT_NOTHING;
  if (p->kind == PUBLICATION_ORDER) return KEPT_NOTHING;
  pthread_mutex_lock(&advance->lock);
  if (question->generation == atomic_load(&advance->generation)) {
    struct advance_list *list =
        list_of(advance, request, length, question, worker, p);
    if (list != NULL && p->kind == PUBLICATION_KEY)
      kept = keep_key(advance, list, request, length - list->length,
                      question->asked_ns, p);
    else if (list != NULL)
      kept = KEPT;
  }
  pthread_mutex_unlock(&advance->lock);
  return kept;
}

void advance_keep_more(struct advance *advance, uint32_t worker,
                       uint64_t generation, const struct publication *p) {
  uint32_t at;
  if (p->kind != PUBLICATION_ORDER) return;
  pthread_mutex_lock(&advance->lock);
  struct advance_list *list = advance_known_list(advance, worker, p->list);
  if (list != NULL && generation == atomic_load(&advance->generation))
    advance_add_order(advance, list, p, &at);
  pthread_mutex_unlock(&advance->lock);
}

uint64_t advance_generation(struct advance *advance) {
  return atomic_load(&advance->generation);
}

void advance_tidy(struct advance *advance) {
  pthread_mutex_lock(&advance->lock);
  readers_have_room(&advance->readers, 0);
  pthread_mutex_unlock(&advance->lock);
}

bool advance_configure(struct advance *advance, const uint8_t *any,
                       size_t length) {
  struct advance_any *new = NULL;
  if (any != NULL) new = malloc(sizeof *new + length);
  bool kept = any == NULL;
  pthread_mutex_lock(&advance->lock);
  /* From here on nothing older is served. */
  uint64_t generation = atomic_fetch_add(&advance->generation, 1) + 1;
  if (new != NULL) {
    new->generation = generation;
    new->refuses = response_is_error(any, length);
    new->length = length;
    memcpy(new->bytes, any, length);
  }
  if (readers_have_room(&advance->readers, 1)) {
    struct advance_any *old = atomic_exchange(&advance->any, new);
    if (old != NULL)
      readers_retire(&advance->readers, old, sizeof *old + old->length);
    kept = kept || new != NULL;
    new = NULL;
  }
  pthread_mutex_unlock(&advance->lock);
  free(new);
  return kept;
}

void advance_distrust(struct advance *advance) {
  pthread_mutex_lock(&advance->lock);
  uint64_t generation = atomic_load(&advance->generation);
  struct advance_any *old = atomic_load(&advance->any), *new = NULL;
  size_t bytes = old == NULL ? 0 : sizeof *old + old->length;
  if (old != NULL && old->generation == generation &&
      readers_have_room(&advance->readers, 1))
    new = malloc(bytes);
  if (new != NULL) {
    memcpy(new, old, bytes);
    new->generation = generation + 1;
    atomic_store(&advance->any, new);
    readers_retire(&advance->readers, old, bytes);
  }
  atomic_store(&advance->generation, generation + 1);
  pthread_mutex_unlock(&advance->lock);
}
