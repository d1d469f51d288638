/* Reads a publication from standard input and prints what C understands of
 * it as JSON. Exit code 1 if it refuses it. For tests whose texts need no
 * escapes. */
#include <inttypes.h>
#include <stdio.h>

#include "cache/publication.h"

static uint8_t bytes[4u << 20];

static const char *truth(bool value) { return value ? "true" : "false"; }

static void print_text(const uint8_t *text, uint32_t length) {
  printf("\"%.*s\"", (int)length, (const char *)text);
}

static void print_fields(const struct publication *p) {
  for (uint32_t i = 0; i < p->field_count; i++) {
    const struct publication_field *field = &p->fields[i];
    printf("%s{\"name\":", i == 0 ? "" : ",");
    print_text(field->name, field->name_bytes);
    if (field->value_bytes != VALUE_ABSENT) {
      printf(",\"value\":");
      print_text(field->value, field->value_bytes);
    }
    printf("}");
  }
}

static void print_answers(const struct publication *p) {
  const uint8_t *at = p->answers;
  for (uint32_t i = 0; i < p->distinct; i++) {
    uint32_t length = publication_word(at);
    printf("%s", i == 0 ? "" : ",");
    print_text(at + 4, length);
    at += 4 + length;
  }
}

int main(void) {
  struct publication p;
  size_t length = fread(bytes, 1, sizeof bytes, stdin);
  if (!publication_read(bytes, length, &p)) return 1;
  printf("{\"kind\":%d,\"list\":%" PRIu32 ",\"tailOffset\":%" PRIu32
         ",\"head\":%s,\"turns\":%s,\"cyclic\":%s,\"epoch\":%" PRIu32
         ",\"tag\":%" PRIu32 ",\"from\":%" PRIu64 ",\"livesMs\":%" PRIu32
         ",\"fields\":[",
         (int)p.kind, p.list, p.tail_offset, truth(p.head), truth(p.turns),
         truth(p.cyclic), p.epoch, p.tag, p.from, p.lives_ms);
  print_fields(&p);
  printf("],\"sequence\":[");
  for (uint32_t i = 0; i < p.count; i++)
    printf("%s%" PRIu32, i == 0 ? "" : ",",
           publication_word(p.sequence + 4 * (size_t)i));
  printf("],\"answers\":[");
  print_answers(&p);
  printf("]}");
  return 0;
}
