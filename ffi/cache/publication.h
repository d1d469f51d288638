/* What a worker tells with an answer about further ones: which list of
 * candidates it was, how far the answer can be reused, the next answers of a
 * rotation. src/channel/publication.ts writes it, in words of 32 bits, little
 * endian:
 *
 *   kind list tail_offset flags epoch tag from_low from_high lives_ms
 *   fields distinct count
 *   then per field:   name_bytes value_bytes name value
 *   then count times: which of the distinct answers
 *   then per answer:  bytes, the answer
 */
#ifndef PUBLICATION_H
#define PUBLICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Metadata fields that answers of one config may depend on; more are not
 * answered in advance. All conditions and policies together look at eight. */
#define FIELD_LIMIT 12u
#define FIELD_NAME_BYTES 64u

/* In place of a value's length: the field is not there. */
#define VALUE_ABSENT UINT32_MAX

/* Answers and positions of one publication. A guess: more candidates than
 * anybody has, in a quarter of an answer's limit. */
#define PUBLICATION_ANSWERS 65536u

enum publication_kind {
  PUBLICATION_LIST = 1, /* only the list's number */
  PUBLICATION_KEY = 2,  /* the answers to requests with the same key */
  PUBLICATION_ORDER = 3, /* more answers of a rotation */
};

#define PUBLICATION_HEAD 1u   /* the key holds the request's head */
#define PUBLICATION_CYCLIC 2u /* after the last answer comes the first */
#define PUBLICATION_TURNS 4u  /* answers in turn; else the first one always */

struct publication_field {
  uint8_t name[FIELD_NAME_BYTES];
  uint32_t name_bytes;
  const uint8_t *value; /* within the publication */
  uint32_t value_bytes; /* or VALUE_ABSENT */
};

struct publication {
  enum publication_kind kind;
  uint32_t list;        /* the worker's number of the list; 0: none */
  uint32_t tail_offset; /* of the list in the request */
  bool head, cyclic, turns;
  uint32_t epoch; /* the worker's number of its config */
  uint32_t tag;   /* which rotation of the list */
  uint64_t from;  /* position of the first answer */
  uint32_t lives_ms; /* 0: for as long as the config is in force */
  uint32_t field_count;
  struct publication_field fields[FIELD_LIMIT];
  uint32_t distinct, count;
  const uint8_t *sequence; /* count words */
  const uint8_t *answers;  /* distinct times: bytes, the answer */
  size_t answers_bytes;
};

/* [any thread] Reads a publication; what it points to are the bytes given.
 * False: it does not hold together. */
bool publication_read(const uint8_t *bytes, size_t length,
                      struct publication *publication);

/* [any thread] A word of the sequence or in front of an answer. */
uint32_t publication_word(const uint8_t *bytes);

#endif
