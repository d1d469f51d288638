/* Reading what a worker published: what it says, and no fault whatever it
 * says. */
#include "cache/publication.h"

#include "publishing.h"
#include "test.h"

/* Two fields, three positions, two answers. */
static const uint32_t SEQUENCE[] = {1, 0, 1};
static const char *const ANSWERS[] = {"{\"ok\":1}", "{\"ok\":22}"};
static const struct saying GOOD = {
    .kind = PUBLICATION_KEY,
    .list = 7,
    .tail_offset = 1234,
    .flags = PUBLICATION_HEAD | PUBLICATION_TURNS,
    .epoch = 5,
    .tag = 0x80000001,
    .from = 0x1234567890abc,
    .lives_ms = 60000,
    .field_count = 2,
    .fields = {{"caller_scope", "abc"}, {"derived_session_id", NULL}},
    .distinct = 2,
    .count = 3,
    .sequence = SEQUENCE,
    .answers = ANSWERS,
};

/* Of exactly the length given, so that the sanitizer sees the first byte too
 * many. */
static bool reads(const uint8_t *bytes, size_t length,
                  struct publication *p) {
  uint8_t *copy = malloc(length == 0 ? 1 : length);
  if (length > 0) memcpy(copy, bytes, length);
  bool good = publication_read(length == 0 ? copy + 1 : copy, length, p);
  /* What it points to must be within the bytes: it is walked through as
   * those do who keep it. */
  for (uint32_t i = 0; good && i < p->field_count; i++)
    if (p->fields[i].value_bytes != VALUE_ABSENT &&
        p->fields[i].value_bytes > 0)
      CHECK(p->fields[i].value[p->fields[i].value_bytes - 1] < 256);
  const uint8_t *at = good ? p->answers : NULL;
  for (uint32_t i = 0; good && i < p->distinct; i++)
    at += 4 + publication_word(at);
  CHECK(!good || at == p->answers + p->answers_bytes);
  for (uint32_t i = 0; good && i < p->count; i++)
    CHECK(publication_word(p->sequence + 4 * (size_t)i) < p->distinct);
  free(copy);
  return good;
}

static bool reads_saying(struct saying saying) {
  struct publication p;
  struct said said = say(&saying);
  bool good = reads(said.bytes, said.length, &p);
  free(said.bytes);
  return good;
}

TEST(a_good_one_says_what_was_said) {
  struct publication p;
  struct said said = say(&GOOD);
  CHECK(publication_read(said.bytes, said.length, &p));
  CHECK(p.kind == PUBLICATION_KEY && p.list == 7 && p.tail_offset == 1234);
  CHECK(p.head && !p.cyclic && p.turns);
  CHECK(p.epoch == 5 && p.tag == 0x80000001);
  CHECK(p.from == 0x1234567890abc && p.lives_ms == 60000);
  CHECK(p.field_count == 2 && p.distinct == 2 && p.count == 3);
  CHECK(p.fields[0].name_bytes == 12 &&
        memcmp(p.fields[0].name, "caller_scope", 12) == 0);
  CHECK(p.fields[0].value_bytes == 3 &&
        memcmp(p.fields[0].value, "abc", 3) == 0);
  CHECK(p.fields[1].value_bytes == VALUE_ABSENT);
  CHECK(publication_word(p.sequence) == 1 &&
        publication_word(p.sequence + 8) == 1);
  CHECK(publication_word(p.answers) == 8 &&
        memcmp(p.answers + 4, "{\"ok\":1}", 8) == 0);
  CHECK(p.answers_bytes == 4 + 8 + 4 + 9);
  free(said.bytes);
}

TEST(a_list_alone_needs_no_answer) {
  CHECK(reads_saying((struct saying){.kind = PUBLICATION_LIST, .list = 1}));
  CHECK(!reads_saying((struct saying){.kind = PUBLICATION_LIST}));
}

TEST(each_truncation_is_refused) {
  struct publication p;
  struct said said = say(&GOOD);
  for (size_t length = 0; length < said.length; length++)
    CHECK(!reads(said.bytes, length, &p));
  free(said.bytes);
}

TEST(a_byte_too_many_is_refused) {
  struct publication p;
  struct said said = say(&GOOD);
  say_bytes(&said, "x", 1);
  CHECK(!reads(said.bytes, said.length, &p));
  free(said.bytes);
}

TEST(no_single_byte_makes_a_fault) {
  struct publication p;
  struct said said = say(&GOOD);
  for (size_t at = 0; at < said.length; at++) {
    uint8_t before = said.bytes[at];
    for (unsigned byte = 0; byte < 256; byte++) {
      said.bytes[at] = (uint8_t)byte;
      reads(said.bytes, said.length, &p);
    }
    said.bytes[at] = before;
  }
  CHECK(reads(said.bytes, said.length, &p));
  free(said.bytes);
}

/* Each word at each of its bounds. */
TEST(no_word_makes_a_fault) {
  static const uint32_t WORDS[] = {
      0,          1,          2,          FIELD_LIMIT,
      FIELD_LIMIT + 1,        PUBLICATION_ANSWERS,
      PUBLICATION_ANSWERS + 1, 0x3fffffff, 0x40000000,
      0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
  struct publication p;
  struct said said = say(&GOOD);
  for (size_t at = 0; at + 4 <= said.length; at++) {
    uint8_t before[4];
    memcpy(before, said.bytes + at, 4);
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
      memcpy(said.bytes + at, &WORDS[i], 4);
      reads(said.bytes, said.length, &p);
    }
    memcpy(said.bytes + at, before, 4);
  }
  free(said.bytes);
}

TEST(each_kind_has_what_it_needs) {
  struct saying saying = GOOD;
  saying.kind = 0;
  CHECK(!reads_saying(saying));
  saying.kind = 4;
  CHECK(!reads_saying(saying));
  saying = GOOD;
  saying.list = 0;
  CHECK(!reads_saying(saying));
  saying = GOOD;
  saying.count = 0;
  CHECK(!reads_saying(saying));
  saying = GOOD;
  saying.distinct = 0;
  CHECK(!reads_saying(saying));
  saying = GOOD;
  saying.kind = PUBLICATION_ORDER;
  CHECK(reads_saying(saying));
  saying.flags = 0;
  CHECK(!reads_saying(saying));
}

TEST(no_position_is_beyond_the_last) {
  struct saying saying = GOOD;
  saying.from = (1ull << 53) - 1;
  CHECK(reads_saying(saying));
  saying.from = 1ull << 53;
  CHECK(!reads_saying(saying));
  saying.from = UINT64_MAX;
  CHECK(!reads_saying(saying));
}

TEST(a_place_beyond_the_answers_is_refused) {
  static const uint32_t BEYOND[] = {0, 2, 1};
  struct saying saying = GOOD;
  saying.sequence = BEYOND;
  CHECK(!reads_saying(saying));
}

TEST(there_are_bounds_for_fields_and_answers) {
  struct saying saying = {.kind = PUBLICATION_KEY,
                          .list = 1,
                          .distinct = 1,
                          .count = PUBLICATION_ANSWERS,
                          .answer = ""};
  CHECK(reads_saying(saying));
  saying.count++;
  CHECK(!reads_saying(saying));
  saying.count = 1;
  saying.distinct = PUBLICATION_ANSWERS;
  CHECK(reads_saying(saying));
  saying.distinct++;
  CHECK(!reads_saying(saying));
  saying.distinct = 1;
  for (uint32_t i = 0; i <= FIELD_LIMIT; i++)
    saying.fields[i] = (struct field_text){"a", "b"};
  saying.field_count = FIELD_LIMIT;
  CHECK(reads_saying(saying));
  saying.field_count++;
  CHECK(!reads_saying(saying));
}

TEST(a_name_that_json_would_escape_is_refused) {
  static const char *const BAD[] = {"", "a\"b", "a\\b", "a\nb", "\x1f",
                                    "\x7f", "\xc3\xa4"};
  char name[FIELD_NAME_BYTES + 2] = {0};
  struct saying saying = GOOD;
  for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
    saying.fields[0].name = BAD[i];
    CHECK(!reads_saying(saying));
  }
  saying.fields[0].name = name;
  memset(name, '~', FIELD_NAME_BYTES);
  CHECK(reads_saying(saying));
  name[FIELD_NAME_BYTES] = ' ';
  CHECK(!reads_saying(saying));
}
