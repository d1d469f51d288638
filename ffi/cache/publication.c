/* See publication.h. */
#include "publication.h"

#include <string.h>

struct reader {
  const uint8_t *bytes;
  size_t left;
  bool bad;
};

uint32_t publication_word(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
         (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static const uint8_t *take_bytes(struct reader *reader, size_t length) {
  const uint8_t *bytes = reader->bytes;
  if (length > reader->left) {
    reader->bad = true;
    return NULL;
  }
  reader->bytes += length;
  reader->left -= length;
  return bytes;
}

static uint32_t take_word(struct reader *reader) {
  const uint8_t *bytes = take_bytes(reader, 4);
  return bytes == NULL ? 0 : publication_word(bytes);
}

static void read_head(struct reader *reader, struct publication *p) {
  p->kind = take_word(reader);
  p->list = take_word(reader);
  p->tail_offset = take_word(reader);
  uint32_t flags = take_word(reader);
  p->head = flags & PUBLICATION_HEAD;
  p->cyclic = flags & PUBLICATION_CYCLIC;
  p->turns = flags & PUBLICATION_TURNS;
  p->epoch = take_word(reader);
  p->tag = take_word(reader);
  p->from = take_word(reader);
  p->from |= (uint64_t)take_word(reader) << 32;
  p->lives_ms = take_word(reader);
  p->field_count = take_word(reader);
  p->distinct = take_word(reader);
  p->count = take_word(reader);
}

/* A name that needs an escape in JSON could not be found by its bytes. */
static bool is_plain(const uint8_t *name, uint32_t length) {
  for (uint32_t i = 0; i < length; i++)
    if (name[i] < 0x20 || name[i] > 0x7e || name[i] == '"' ||
        name[i] == '\\')
      return false;
  return true;
}

static void read_field(struct reader *reader,
                       struct publication_field *field) {
  field->name_bytes = take_word(reader);
  field->value_bytes = take_word(reader);
  if (field->name_bytes == 0 || field->name_bytes > FIELD_NAME_BYTES) {
    reader->bad = true;
    return;
  }
  const uint8_t *name = take_bytes(reader, field->name_bytes);
  if (name == NULL || !is_plain(name, field->name_bytes)) {
    reader->bad = true;
    return;
  }
  memcpy(field->name, name, field->name_bytes);
  if (field->value_bytes != VALUE_ABSENT)
    field->value = take_bytes(reader, field->value_bytes);
}

static void read_answers(struct reader *reader, struct publication *p) {
  p->sequence = take_bytes(reader, (size_t)p->count * 4);
  for (uint32_t i = 0; !reader->bad && i < p->count; i++)
    if (publication_word(p->sequence + 4 * (size_t)i) >= p->distinct)
      reader->bad = true;
  p->answers = reader->bytes;
  p->answers_bytes = reader->left;
  for (uint32_t i = 0; !reader->bad && i < p->distinct; i++)
    if (take_bytes(reader, take_word(reader)) == NULL) reader->bad = true;
}

/* Positions count picks: more than this is no count, and no number that all
 * who read a report understand. */
#define POSITION_LIMIT (1ull << 53)

/* What each kind must have. */
static bool is_whole(const struct publication *p) {
  switch (p->kind) {
    case PUBLICATION_LIST:
      return p->list != 0;
    case PUBLICATION_KEY:
      return p->list != 0 && p->distinct > 0 && p->count > 0 &&
             p->from < POSITION_LIMIT;
    case PUBLICATION_ORDER:
      return p->list != 0 && p->turns && p->distinct > 0 && p->count > 0 &&
             p->from < POSITION_LIMIT;
  }
  return false;
}

bool publication_read(const uint8_t *bytes, size_t length,
                      struct publication *p) {
  struct reader reader = {.bytes = bytes, .left = length};
  memset(p, 0, sizeof *p);
  read_head(&reader, p);
  if (reader.bad || p->field_count > FIELD_LIMIT ||
      p->distinct > PUBLICATION_ANSWERS || p->count > PUBLICATION_ANSWERS)
    return false;
  for (uint32_t i = 0; !reader.bad && i < p->field_count; i++)
    read_field(&reader, &p->fields[i]);
  if (!reader.bad) read_answers(&reader, p);
  return !reader.bad && reader.left == 0 && is_whole(p);
}
