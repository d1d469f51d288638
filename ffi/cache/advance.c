/* See advance.h: what reads. A pick ends here if it can; the time it takes
 * grows with the comparison of its bytes and with nothing else. */
#define _GNU_SOURCE
#include "advance.h"

#include <stdlib.h>
#include <string.h>

#include "channel/channel.h"
#include "host/response.h"

/* Of a head, the bytes before its end tell requests apart: model and stream
 * stand there. All of it is compared afterwards. */
#define HASHED_HEAD_BYTES 64u

/* Words of a tail that are looked at to tell it from others. A guess. */
#define MARK_WORDS 16u

/* ---- hashes ---- */

/* As channel_checksum() mixes. No secret key: a client that makes many keys
 * fall into one bucket makes the picks that end there slower, by at most the
 * keys that are remembered. */
static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
  return hash ^ (hash >> 32);
}

static uint64_t mix_bytes(uint64_t hash, const uint8_t *bytes,
                          size_t length) {
  hash = mix(hash, length);
  for (; length >= 8; bytes += 8, length -= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    hash = mix(hash, word);
  }
  uint64_t rest = 0;
  if (length > 0) memcpy(&rest, bytes, length);
  return mix(hash, rest);
}

/* ---- the list ---- */

static bool ends_in(const uint8_t *request, size_t length,
                    const struct advance_list *list) {
  return list != NULL && length > list->length &&
         memcmp(request + (length - list->length), list->tail,
                list->length) == 0;
}

uint64_t advance_mark(const uint8_t *tail, size_t length) {
  uint64_t mark = length;
  if (length < 8) return mark;
  for (size_t i = 0; i < MARK_WORDS; i++) {
    uint64_t word;
    memcpy(&word, tail + (length - 8) * i / (MARK_WORDS - 1), 8);
    mark = mix(mark, word);
  }
  return mark;
}

static struct advance_list *note_found(struct advance *advance, uint32_t at,
                                       struct advance_list *list) {
  if (atomic_load_explicit(&advance->recent, memory_order_relaxed) != at)
    atomic_store_explicit(&advance->recent, at, memory_order_relaxed);
  if (!atomic_load_explicit(&list->used, memory_order_relaxed))
    atomic_store_explicit(&list->used, true, memory_order_relaxed);
  return list;
}

/* The list whose bytes the request ends in. One of them at most: each begins
 * at a top-level key that a request has once. First the one that was found
 * last; of the others those of the right length and mark. Both are hints:
 * what counts is the list itself. */
static struct advance_list *find_list(struct advance *advance,
                                      const uint8_t *request, size_t length) {
  uint32_t recent =
      atomic_load_explicit(&advance->recent, memory_order_relaxed);
  uint32_t marked_bytes = 0;
  uint64_t mark = 0;
  for (uint32_t i = 0; i < ADVANCE_LISTS; i++) {
    uint32_t at = (recent + i) % ADVANCE_LISTS;
    uint32_t bytes =
        atomic_load_explicit(&advance->lengths[at], memory_order_relaxed);
    if (bytes < TAIL_START_BYTES || bytes >= length) continue;
    const uint8_t *tail = request + (length - bytes);
    if (memcmp(tail, TAIL_START, TAIL_START_BYTES) != 0) continue;
    if (i > 0 && bytes != marked_bytes) {
      mark = advance_mark(tail, bytes);
      marked_bytes = bytes;
    }
    if (i > 0 && atomic_load_explicit(&advance->marks[at],
                                      memory_order_relaxed) != mark)
      continue;
    struct advance_list *list = atomic_load(&advance->lists[at]);
    if (ends_in(request, length, list)) return note_found(advance, at, list);
  }
  return NULL;
}

/* ---- the key ---- */

bool advance_read_request(const struct advance_shapes *shapes,
                          const uint8_t *request, size_t prefix_bytes,
                          struct request_parts *read) {
  struct request_opening opening = {shapes->opening, shapes->opening_bytes};
  return request_read(request, prefix_bytes, opening, shapes->fields,
                      shapes->field_count, read);
}

bool advance_find_parts(const struct advance_shapes *shapes, uint32_t shape,
                        uint64_t list, const uint8_t *request,
                        const struct request_parts *read,
                        struct advance_parts *parts) {
  uint64_t hash = mix(list, shape);
  parts->head = request;
  parts->head_bytes = 0;
  parts->values = read->values;
  if (shape & SHAPE_HEAD) {
    size_t bytes = read->head_bytes;
    size_t hashed = bytes < HASHED_HEAD_BYTES ? bytes : HASHED_HEAD_BYTES;
    parts->head_bytes = bytes;
    hash = mix(hash, bytes);
    hash = mix_bytes(hash, request + (bytes - hashed), hashed);
  }
  for (uint32_t i = 0; i < shapes->field_count; i++) {
    if (!(shape & SHAPE_FIELD(i))) continue;
    const struct field_value *value = &read->values[i];
    if (value->state == FIELD_UNCLEAR || value->length >= ADVANCE_KEY_BYTES)
      return false;
    hash = value->state == FIELD_ABSENT
               ? mix(hash, VALUE_ABSENT)
               : mix_bytes(hash, value->bytes, value->length);
  }
  parts->hash = hash;
  return true;
}

static bool has_parts(const struct advance_key *key,
                      const struct advance_shapes *shapes,
                      const struct advance_parts *parts) {
  const uint8_t *at = key->parts;
  if (key->head_bytes != parts->head_bytes ||
      memcmp(at, parts->head, key->head_bytes) != 0)
    return false;
  at += key->head_bytes;
  for (uint32_t i = 0; i < shapes->field_count; i++) {
    if (!(key->shape & SHAPE_FIELD(i))) continue;
    const struct field_value *value = &parts->values[i];
    bool absent = key->value_bytes[i] == VALUE_ABSENT;
    if (absent != (value->state == FIELD_ABSENT)) return false;
    if (absent) continue;
    if (key->value_bytes[i] != value->length ||
        memcmp(at, value->bytes, value->length) != 0)
      return false;
    at += value->length;
  }
  return true;
}

static bool is_live(const struct advance_key *key) {
  return key->expires_ns == 0 || channel_now_ns() < key->expires_ns;
}

static struct advance_key *find_in_bucket(struct advance *advance,
                                          const struct advance_shapes *shapes,
                                          uint32_t shape, uint64_t list,
                                          const struct advance_parts *parts) {
  struct advance_key *key =
      atomic_load(&advance->buckets[parts->hash % ADVANCE_KEYS]);
  for (; key != NULL; key = atomic_load(&key->next))
    if (key->hash == parts->hash && key->list == list &&
        key->shape == shape && key->generation == shapes->generation &&
        has_parts(key, shapes, parts) && is_live(key))
      return key;
  return NULL;
}

/* The key of this request: any one that fits, since what a decision looked
 * at is all in its shape. */
static struct advance_key *find_key(struct advance *advance,
                                    const struct advance_shapes *shapes,
                                    const struct advance_list *list,
                                    const uint8_t *request,
                                    size_t prefix_bytes) {
  struct request_parts read = {0};
  bool tried = false, clear = false;
  for (uint32_t i = 0; i < shapes->shape_count; i++) {
    uint32_t shape = shapes->shapes[i];
    struct advance_parts parts;
    if (shape != 0 && !tried) {
      clear = advance_read_request(shapes, request, prefix_bytes, &read);
      tried = true;
    }
    if ((shape != 0 && !clear) ||
        !advance_find_parts(shapes, shape, list->serial, request, &read,
                            &parts))
      continue;
    struct advance_key *key =
        find_in_bucket(advance, shapes, shape, list->serial, &parts);
    if (key != NULL) return key;
  }
  return NULL;
}

/* ---- the answer ---- */

static bool covers(const struct advance_order *order, uint64_t position) {
  return order != NULL &&
         (order->cyclic ||
          (position >= order->from && position - order->from < order->count));
}

static bool give_turn(const struct advance_order *order, uint64_t position,
                      cliproxy_buffer *response) {
  uint32_t answer = order->sequence[(position - order->from) % order->count];
  return response_give(response, order->answers + order->starts[answer],
              order->starts[answer + 1] - order->starts[answer]);
}

/* Asks for more when half of the newest answers are taken. */
static void note_low(struct advance_rotation *rotation,
                     const struct advance_order *order, uint64_t position,
                     bool *low) {
  if (order->cyclic || position - order->from < order->count / 2) return;
  uint64_t end = order->from + order->count;
  for (int i = 0; i < 2; i++) {
    const struct advance_order *other = atomic_load(&rotation->orders[i]);
    if (other != NULL && other->from >= end) return;
  }
  if (atomic_exchange(&rotation->low, true)) return;
  *low = true;
}

/* Takes the next position of a rotation. */
static bool take_turn(struct advance_rotation *rotation,
                      cliproxy_buffer *response,
                      struct advance_question *question, bool *low) {
  uint64_t position =
      atomic_fetch_add_explicit(&rotation->next, 1, memory_order_relaxed);
  for (int i = 0; i < 2; i++) {
    struct advance_order *order = atomic_load(&rotation->orders[i]);
    if (!covers(order, position)) continue;
    note_low(rotation, order, position, low);
    return give_turn(order, position, response);
  }
  question->placed = true;
  question->tag = rotation->tag;
  question->position = position;
  return false;
}

static bool serve_key(struct advance_list *list, struct advance_key *key,
                      cliproxy_buffer *response,
                      struct advance_question *question, bool *low) {
  if (!atomic_load_explicit(&key->used, memory_order_relaxed))
    atomic_store_explicit(&key->used, true, memory_order_relaxed);
  if (!key->turns) {
    atomic_fetch_add_explicit(&key->taken, 1, memory_order_relaxed);
    return response_give(response,
                (const uint8_t *)key + key->bytes - key->answer_bytes,
                key->answer_bytes);
  }
  struct advance_rotation *rotation =
      atomic_load(&list->rotations[key->rotation]);
  if (rotation == NULL || rotation->tag != key->tag ||
      rotation->generation != key->generation)
    return false;
  return take_turn(rotation, response, question, low);
}

bool advance_serve(struct advance *advance, const uint8_t *request,
                   size_t length, cliproxy_buffer *response,
                   struct advance_question *question, bool *low) {
  /* First of all: answers found below are of this config or not taken. */
  uint64_t generation = atomic_load(&advance->generation);
  *question = (struct advance_question){.generation = generation};
  struct advance_any *any = atomic_load(&advance->any);
  if (any != NULL && any->generation == generation) {
    question->refused = any->refuses;
    return response_give(response, any->bytes, any->length);
  }
  struct advance_list *list = find_list(advance, request, length);
  if (list == NULL) return false;
  question->tail_bytes = list->length;
  uint64_t known = atomic_load(&list->known);
  question->worker = KNOWN_WORKER(known);
  question->list = KNOWN_NUMBER(known);
  struct advance_shapes *shapes = atomic_load(&advance->shapes);
  if (shapes == NULL || shapes->generation != generation) return false;
  struct advance_key *key = find_key(advance, shapes, list, request,
                                     length - list->length);
  return key != NULL &&
         serve_key(list, key, response, question, low);
}
