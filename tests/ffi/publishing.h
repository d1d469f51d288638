/* Publications by hand, for the tests of what reads and keeps them: the bytes
 * that src/channel/publication.ts would write.
 */
#ifndef PUBLISHING_H
#define PUBLISHING_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cache/publication.h"

struct field_text {
  const char *name;
  const char *value; /* NULL: absent */
};

/* What is to be said. Zero fields, one answer unless told otherwise. */
struct saying {
  uint32_t kind, list, tail_offset, flags, epoch, tag;
  uint64_t from;
  uint32_t lives_ms;
  uint32_t field_count;
  struct field_text fields[FIELD_LIMIT + 1];
  uint32_t distinct, count;
  const uint32_t *sequence; /* NULL: each of the distinct ones in turn */
  const char *const *answers; /* NULL: `answer` for position 0, and so on */
  const char *answer;
};

struct said {
  uint8_t *bytes;
  size_t length, capacity;
};

static inline void say_bytes(struct said *said, const void *bytes,
                             size_t length) {
  if (said->length + length > said->capacity) {
    said->capacity = 2 * (said->length + length);
    said->bytes = realloc(said->bytes, said->capacity);
  }
  if (length > 0) memcpy(said->bytes + said->length, bytes, length);
  said->length += length;
}

static inline void say_word(struct said *said, uint32_t word) {
  uint8_t bytes[4] = {(uint8_t)word, (uint8_t)(word >> 8),
                      (uint8_t)(word >> 16), (uint8_t)(word >> 24)};
  say_bytes(said, bytes, 4);
}

/* The bytes, for free(). */
static inline struct said say(const struct saying *saying) {
  struct said said = {0};
  const uint32_t head[] = {
      saying->kind,        saying->list,
      saying->tail_offset, saying->flags,
      saying->epoch,       saying->tag,
      (uint32_t)saying->from, (uint32_t)(saying->from >> 32),
      saying->lives_ms,    saying->field_count,
      saying->distinct,    saying->count};
  for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
    say_word(&said, head[i]);
  for (uint32_t i = 0; i < saying->field_count; i++) {
    const struct field_text *field = &saying->fields[i];
    say_word(&said, (uint32_t)strlen(field->name));
    say_word(&said, field->value == NULL ? VALUE_ABSENT
                                         : (uint32_t)strlen(field->value));
    say_bytes(&said, field->name, strlen(field->name));
    if (field->value != NULL)
      say_bytes(&said, field->value, strlen(field->value));
  }
  for (uint32_t i = 0; i < saying->count; i++)
    say_word(&said, saying->sequence == NULL ? i % saying->distinct
                                             : saying->sequence[i]);
  for (uint32_t i = 0; i < saying->distinct; i++) {
    const char *answer =
        saying->answers == NULL ? saying->answer : saying->answers[i];
    say_word(&said, (uint32_t)strlen(answer));
    say_bytes(&said, answer, strlen(answer));
  }
  return said;
}

#endif
