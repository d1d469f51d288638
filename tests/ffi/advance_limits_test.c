/* What is remembered has bounds: beyond them what was not used goes, and
 * nothing is served that was not said. */
#include "advancing.h"

/* ---- lists ---- */

static struct request numbered(unsigned number) {
  char list[64];
  snprintf(list, sizeof list, "{\"ID\":\"%u\"}", number);
  return request_to(list);
}

static void keep_numbered(unsigned number) {
  struct request request = numbered(number);
  char answer[16];
  snprintf(answer, sizeof answer, "%u", number);
  CHECK(keep(&request, always(number + 1, answer)) == KEPT);
  free(request.bytes);
}

/* Takes the request. */
static bool serves_number(struct request request, unsigned number) {
  struct advance_question question;
  bool low = false;
  char *text = serve(&request, &question, &low);
  bool served = text != NULL;
  CHECK(!served || strtoul(text, NULL, 10) == number);
  free(text);
  free(request.bytes);
  return served;
}

static bool serves_numbered(unsigned number) {
  return serves_number(numbered(number), number);
}

TEST(as_many_lists_as_there_is_room_for_are_remembered) {
  for (unsigned i = 0; i < ADVANCE_LISTS; i++) keep_numbered(i);
  for (unsigned i = 0; i < ADVANCE_LISTS; i++) CHECK(serves_numbered(i));
  advance_clear(&advance);
}

TEST(lists_that_are_used_stay_and_others_go) {
  for (unsigned i = 0; i < ADVANCE_LISTS; i++) keep_numbered(i);
  for (unsigned i = ADVANCE_LISTS; i < 4 * ADVANCE_LISTS; i++) {
    keep_numbered(i);
    CHECK(serves_numbered(i));
    for (unsigned used = 0; used < 8; used++)
      if (i > ADVANCE_LISTS) CHECK(serves_numbered(10 + used));
      else if (!serves_numbered(10 + used)) keep_numbered(10 + used);
  }
  unsigned there = 0;
  for (unsigned i = 0; i < 4 * ADVANCE_LISTS; i++)
    there += serves_numbered(i);
  CHECK(there == ADVANCE_LISTS);
  advance_clear(&advance);
}

TEST(a_list_that_is_too_long_is_not_remembered) {
  size_t empty = sizeof ",\"Candidates\":[]}" - 1;
  char *list = malloc(ADVANCE_LIST_BYTES + 2);
  memset(list, ' ', ADVANCE_LIST_BYTES + 2);
  list[ADVANCE_LIST_BYTES - empty] = 0;
  struct request request = request_to(list);
  CHECK(request.tail_bytes == ADVANCE_LIST_BYTES);
  CHECK(keep(&request, always(1, "x")) == KEPT);
  CHECK(serves(&request, "x"));
  free(request.bytes);
  list[ADVANCE_LIST_BYTES - empty] = ' ';
  list[ADVANCE_LIST_BYTES - empty + 1] = 0;
  request = request_to(list);
  CHECK(keep(&request, always(2, "y")) == KEPT_NOTHING);
  CHECK(serves(&request, NULL));
  free(request.bytes);
  free(list);
  advance_clear(&advance);
}

/* A list of the greatest length, and a rotation of the greatest size. */
static enum advance_kept keep_greatest(unsigned number) {
  static char list[ADVANCE_LIST_BYTES], answer[ADVANCE_LIST_BYTES];
  memset(list, ' ', sizeof list - 64);
  list[sizeof list - 64] = 0;
  snprintf(list, 16, "%08u", number);
  list[8] = ' ';
  memset(answer, 'x', sizeof answer - 5);
  struct request request = request_to(list);
  struct saying saying = {.kind = PUBLICATION_KEY,
                          .list = number + 1,
                          .flags = PUBLICATION_TURNS,
                          .distinct = 1,
                          .count = PUBLICATION_ANSWERS,
                          .answer = answer};
  enum advance_kept kept = keep(&request, saying);
  free(request.bytes);
  return kept;
}

TEST(all_lists_and_rotations_together_have_a_bound) {
  unsigned kept = 0;
  for (unsigned i = 0; i < 100; i++) {
    kept += keep_greatest(i) == KEPT_TURNS;
    CHECK(advance.lists_bytes <= ADVANCE_LISTS_BYTES);
  }
  CHECK(kept == 100);
  advance_clear(&advance);
  CHECK(advance.lists_bytes == 0);
}

/* Rotations of one list, which drops no list for them. */
TEST(the_rotations_of_one_list_have_the_same_bound) {
  static char list[ADVANCE_LIST_BYTES / 10 * 9], answer[ADVANCE_LIST_BYTES];
  memset(list, ' ', sizeof list - 1);
  struct request request = request_to(list);
  unsigned kept = 0;
  memset(answer, 'x', sizeof answer - 5);
  struct saying saying = {.kind = PUBLICATION_KEY,
                          .list = 1,
                          .flags = PUBLICATION_TURNS,
                          .distinct = 1,
                          .count = PUBLICATION_ANSWERS,
                          .answer = answer};
  for (uint32_t i = 0; i < 2 * ADVANCE_ROTATIONS; i++) {
    for (uint32_t half = 0; half < 2; half++) {
      saying.tag = i;
      saying.from = half * (uint64_t)PUBLICATION_ANSWERS;
      kept += keep(&request, saying) == KEPT_TURNS;
      CHECK(advance.lists_bytes <= ADVANCE_LISTS_BYTES);
    }
  }
  CHECK(kept > 0);
  free(request.bytes);
  advance_clear(&advance);
  CHECK(advance.lists_bytes == 0);
}

TEST(answers_that_are_too_long_are_not_kept) {
  char *answer = malloc(ADVANCE_LIST_BYTES + 1);
  struct request request = request_to("{}");
  memset(answer, 'x', ADVANCE_LIST_BYTES);
  answer[ADVANCE_LIST_BYTES] = 0;
  struct saying saying = always(1, answer);
  CHECK(keep(&request, saying) == KEPT_NOTHING);
  saying.flags = PUBLICATION_TURNS;
  CHECK(keep(&request, saying) == KEPT_NOTHING);
  CHECK(serves(&request, NULL));
  free(request.bytes);
  free(answer);
  advance_clear(&advance);
}

/* ---- keys ---- */

static struct request scoped(unsigned number) {
  char middle[64];
  snprintf(middle, sizeof middle, "{\"Headers\":{},\"Metadata\":{\"scope\":\"%u\"}}", number);
  return request_of("m", middle, "{}");
}

static void keep_scoped(unsigned number) {
  struct request request = scoped(number);
  char text[16];
  snprintf(text, sizeof text, "%u", number);
  struct saying saying = always(1, text);
  saying.field_count = 1;
  saying.fields[0] = (struct field_text){"scope", text};
  CHECK(keep(&request, saying) == KEPT);
  free(request.bytes);
}

static bool serves_scoped(unsigned number) {
  return serves_number(scoped(number), number);
}

TEST(as_many_keys_as_there_is_room_for_are_remembered) {
  for (unsigned i = 0; i < ADVANCE_KEYS; i++) keep_scoped(i);
  for (unsigned i = 0; i < ADVANCE_KEYS; i++) CHECK(serves_scoped(i));
  advance_clear(&advance);
}

TEST(keys_that_are_used_stay_and_others_go) {
  for (unsigned i = 0; i < ADVANCE_KEYS; i++) keep_scoped(i);
  for (unsigned i = 0; i < 3 * ADVANCE_KEYS; i++) {
    keep_scoped(ADVANCE_KEYS + i);
    CHECK(serves_scoped(3));
  }
  unsigned there = 0;
  for (unsigned i = 0; i < 4 * ADVANCE_KEYS; i++) there += serves_scoped(i);
  CHECK(there == ADVANCE_KEYS);
  advance_clear(&advance);
}

TEST(keys_of_an_older_config_make_room_first) {
  for (unsigned i = 0; i < ADVANCE_KEYS; i++) keep_scoped(i);
  for (unsigned i = 0; i < ADVANCE_KEYS; i++) CHECK(serves_scoped(i));
  advance_configure(&advance, NULL, 0);
  for (unsigned i = 0; i < ADVANCE_KEYS; i++) {
    keep_scoped(i);
    CHECK(serves_scoped(0));
  }
  for (unsigned i = 0; i < ADVANCE_KEYS; i++) CHECK(serves_scoped(i));
  advance_clear(&advance);
}

TEST(a_key_that_is_too_long_is_not_kept) {
  char value[ADVANCE_KEY_BYTES + 8], middle[ADVANCE_KEY_BYTES + 64];
  for (size_t length = ADVANCE_KEY_BYTES - 300; length < sizeof value;
       length += 50) {
    memset(value, 'v', length);
    value[length] = 0;
    snprintf(middle, sizeof middle, "{\"Headers\":{},\"Metadata\":{\"scope\":\"%s\"}}",
             value);
    struct request request = request_of("m", middle, "{}");
    struct saying saying = always(1, "x");
    saying.field_count = 1;
    saying.fields[0] = (struct field_text){"scope", value};
    bool kept = keep(&request, saying) == KEPT;
    bool fits =
        sizeof(struct advance_key) + length + 1 <= ADVANCE_KEY_BYTES;
    CHECK(kept == fits);
    CHECK(serves(&request, kept ? "x" : NULL));
    free(request.bytes);
  }
  advance_clear(&advance);
}

/* ---- what keys are made of ---- */

/* One more than a config may look at, as keys in their order. */
static struct request with_fields(void) {
  char middle[1024], *to = middle;
  to += sprintf(to, "{\"Headers\":{},\"Metadata\":{");
  for (unsigned i = 0; i <= FIELD_LIMIT; i++)
    to += sprintf(to, "%s\"f%02u\":\"v\"", i == 0 ? "" : ",", i);
  sprintf(to, "}}");
  return request_of("m", middle, "{}");
}

static enum advance_kept keep_field(const struct request *request,
                                    unsigned field, uint32_t flags) {
  char name[8];
  snprintf(name, sizeof name, "f%02u", field);
  struct saying saying = always(1, "x");
  saying.flags = flags;
  saying.field_count = 1;
  saying.fields[0] = (struct field_text){name, "v"};
  return keep(request, saying);
}

TEST(a_config_has_so_many_shapes_and_a_new_one_has_room_again) {
  struct request request = with_fields();
  for (unsigned i = 0; i < ADVANCE_SHAPES; i++)
    CHECK(keep_field(&request, i % 8, i < 8 ? 0 : PUBLICATION_HEAD) == KEPT);
  CHECK(keep_field(&request, 8, 0) == KEPT_NOTHING);
  CHECK(keep_field(&request, 7, PUBLICATION_HEAD) == KEPT);
  advance_configure(&advance, NULL, 0);
  CHECK(keep_field(&request, 8, 0) == KEPT);
  free(request.bytes);
  advance_clear(&advance);
}

TEST(a_config_has_so_many_fields) {
  struct request request = with_fields();
  struct saying saying = always(1, "x");
  char names[FIELD_LIMIT][8];
  for (uint32_t i = 0; i < FIELD_LIMIT; i++) {
    snprintf(names[i], sizeof names[i], "f%02u", (unsigned)i);
    saying.fields[i] = (struct field_text){names[i], "v"};
  }
  saying.field_count = FIELD_LIMIT;
  CHECK(keep(&request, saying) == KEPT);
  CHECK(serves(&request, "x"));
  CHECK(keep_field(&request, FIELD_LIMIT, 0) == KEPT_NOTHING);
  CHECK(keep_field(&request, 0, 0) == KEPT);
  free(request.bytes);
  advance_clear(&advance);
}

/* ---- while a reader stays in ---- */

TEST(a_reader_that_stays_costs_what_is_new_and_nothing_old) {
  struct request request = request_to("{}");
  CHECK(keep(&request, always(1, "x")) == KEPT);
  unsigned shard = readers_enter(&advance.readers);
  struct advance_key *held = advance.keys[0];
  unsigned refused = 0;
  for (unsigned i = 0; i < 2 * RETIRED_LIMIT; i++)
    refused += keep(&request, always(1, "y")) == KEPT_NOTHING;
  CHECK(refused > 0 && refused < 2 * RETIRED_LIMIT);
  CHECK(held->answer_bytes == 1);
  CHECK(serves(&request, "y"));
  /* Out of date at once, room or not. */
  advance_configure(&advance, (const uint8_t *)"any", 3);
  CHECK(held->answer_bytes == 1);
  readers_leave(&advance.readers, shard);
  CHECK(keep(&request, always(1, "z")) == KEPT);
  advance_configure(&advance, NULL, 0);
  CHECK(keep(&request, always(1, "z")) == KEPT);
  CHECK(serves(&request, "z"));
  free(request.bytes);
  advance_clear(&advance);
}

/* ---- what waits to be freed ---- */

static void keep_long(unsigned number, char *list) {
  size_t length = ADVANCE_LIST_BYTES - 200;
  memset(list, 'a', length);
  list[0] = list[length - 1] = '"';
  list[length] = 0;
  snprintf(list + 1, 16, "%08u", number);
  list[9] = '.';
  struct request request = request_to(list);
  keep(&request, always(number + 1, "x"));
  free(request.bytes);
}

TEST(what_waits_to_be_freed_has_a_bound_in_bytes) {
  char *list = malloc(ADVANCE_LIST_BYTES);
  unsigned shard = readers_enter(&advance.readers);
  for (unsigned i = 0; i < 200; i++) {
    keep_long(i, list);
    CHECK(advance.readers.retired_bytes <=
          RETIRED_BYTES + 2 * ADVANCE_LIST_BYTES);
  }
  CHECK(advance.readers.retired_bytes > RETIRED_BYTES / 2);
  readers_leave(&advance.readers, shard);
  advance_tidy(&advance);
  CHECK(advance.readers.retired_bytes == 0);
  free(list);
  advance_clear(&advance);
}

/* Lists of one length that begin and end alike, as those of retries do. */
TEST(lists_that_differ_in_the_middle_are_told_apart) {
  char list[4096];
  for (unsigned round = 0; round < 2; round++) {
    for (unsigned i = 0; i < ADVANCE_LISTS; i++) {
      memset(list, '1', sizeof list - 1);
      list[sizeof list - 1] = 0;
      list[500 + 40 * i] = '2';
      struct request request = request_to(list);
      char answer[16];
      snprintf(answer, sizeof answer, "%u", i);
      if (round == 0) CHECK(keep(&request, always(i + 1, answer)) == KEPT);
      CHECK(serves(&request, answer));
      free(request.bytes);
    }
  }
  advance_clear(&advance);
}
