/* Answers in advance that are always the same: for which requests they are
 * served, and for how long. */
#include "advancing.h"

#include "channel/channel.h"

#define A "{\"ID\":\"a\"}"
#define B "{\"ID\":\"b\"}"

/* ---- any request ---- */

static void configure(const char *any) {
  CHECK(advance_configure(&advance, (const uint8_t *)any,
                          any == NULL ? 0 : strlen(any)));
}

TEST(nothing_is_served_at_first) {
  struct request request = request_to(A);
  struct advance_question question;
  bool low = false;
  CHECK(serve(&request, &question, &low) == NULL);
  CHECK(question.list == 0 && question.worker == 0 && !question.placed);
  CHECK(!low);
  free(request.bytes);
}

TEST(an_answer_to_any_is_served_to_all) {
  struct request request = request_to(A), empty = {NULL, 0, 0};
  configure("denied");
  CHECK(serves(&request, "denied"));
  CHECK(serves(&empty, "denied"));
  configure("delegated");
  CHECK(serves(&request, "delegated"));
  configure(NULL);
  CHECK(serves(&request, NULL));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(a_refusal_to_any_is_said_to_be_one) {
  static const char *const ANSWERS[] = {"{\"ok\":false,\"error\":{}}",
                                        "{\"ok\":true,\"result\":{}}"};
  struct request request = request_to(A);
  struct advance_question question;
  bool low = false;
  for (int i = 0; i < 2; i++) {
    configure(ANSWERS[i]);
    free(serve(&request, &question, &low));
    CHECK(question.refused == (i == 0));
  }
  configure(NULL);
  CHECK(serve(&request, &question, &low) == NULL && !question.refused);
  free(request.bytes);
  advance_clear(&advance);
}

TEST(no_response_is_filled_where_none_is_wanted) {
  struct request request = request_to(A);
  struct advance_question question;
  bool low = false;
  keep(&request, always(1, "x"));
  CHECK(advance_serve(&advance, request.bytes, request.length, NULL,
                      &question, &low));
  configure("any");
  CHECK(advance_serve(&advance, request.bytes, request.length, NULL,
                      &question, &low));
  free(request.bytes);
  advance_clear(&advance);
}

/* ---- lists ---- */

TEST(an_answer_is_served_to_the_same_list_only) {
  static const char *const OTHERS[] = {
      B, "", A "," B, B "," A, A ",", "{\"ID\":\"aa\"}", "{\"ID\": \"a\"}",
      "{\"ID\":\"a\"} ", "{\"ID\":\"\\u0061\"}"};
  struct request request = request_to(A);
  struct request other = request_of("other", "{}", A);
  CHECK(keep(&request, always(1, "x")) == KEPT);
  CHECK(serves(&request, "x"));
  CHECK(serves(&other, "x"));
  for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
    struct request different = request_to(OTHERS[i]);
    CHECK(serves(&different, NULL));
    free(different.bytes);
  }
  free(request.bytes);
  free(other.bytes);
  advance_clear(&advance);
}

TEST(a_list_that_differs_in_any_one_byte_is_another) {
  struct request request = request_to(A);
  CHECK(keep(&request, always(1, "x")) == KEPT);
  for (size_t i = 1; i <= request.tail_bytes; i++) {
    request.bytes[request.length - i] ^= 1;
    CHECK(serves(&request, NULL));
    request.bytes[request.length - i] ^= 1;
  }
  CHECK(serves(&request, "x"));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(lists_that_begin_or_end_another_are_told_apart) {
  struct request a = request_to(A), ab = request_to(A "," B),
                 b = request_to(B);
  CHECK(keep(&ab, always(1, "ab")) == KEPT);
  CHECK(serves(&a, NULL) && serves(&b, NULL));
  CHECK(keep(&a, always(2, "a")) == KEPT);
  CHECK(keep(&b, always(3, "b")) == KEPT);
  CHECK(serves(&ab, "ab") && serves(&a, "a") && serves(&b, "b"));
  free(a.bytes);
  free(b.bytes);
  free(ab.bytes);
  advance_clear(&advance);
}

TEST(a_request_that_is_all_list_or_less_is_not_served) {
  struct request request = request_to(A);
  CHECK(keep(&request, always(1, "x")) == KEPT);
  for (size_t length = 0; length <= request.tail_bytes; length++) {
    struct request end = {request.bytes + request.length - length, length, 0};
    CHECK(serves(&end, NULL));
  }
  free(request.bytes);
  advance_clear(&advance);
}

TEST(what_is_no_list_is_not_kept) {
  struct request request = request_to(A);
  struct saying saying = always(1, "x");
  struct advance_question question = {0};
  for (uint32_t offset = 0; offset < request.length + 2; offset++) {
    saying.tail_offset = offset;
    if (offset != request.length - request.tail_bytes)
      CHECK(keep_as(&request, &question, WORKER, &saying) == KEPT_NOTHING);
  }
  saying.tail_offset = UINT32_MAX;
  CHECK(keep_as(&request, &question, WORKER, &saying) == KEPT_NOTHING);
  CHECK(serves(&request, NULL));
  free(request.bytes);
  advance_clear(&advance);
}

/* ---- the worker's number of a list ---- */

TEST(a_known_list_is_asked_for_by_its_number) {
  struct request request = request_to(A);
  struct saying only = {.kind = PUBLICATION_LIST, .list = 12};
  struct advance_question question;
  bool low = false;
  CHECK(keep(&request, only) == KEPT);
  CHECK(serve(&request, &question, &low) == NULL);
  CHECK(question.worker == WORKER && question.list == 12);
  CHECK(question.tail_bytes == request.tail_bytes);
  /* Handed over by number, the worker cannot say where the list began. */
  struct saying saying = always(12, "x");
  CHECK(keep_as(&request, &question, WORKER, &saying) == KEPT);
  CHECK(serves(&request, "x"));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(a_number_counts_with_its_worker_only) {
  struct request request = request_to(A);
  struct saying only = {.kind = PUBLICATION_LIST, .list = 12};
  struct advance_question question;
  bool low = false;
  CHECK(keep(&request, only) == KEPT);
  CHECK(serve(&request, &question, &low) == NULL);
  struct saying saying = always(12, "x");
  CHECK(keep_as(&request, &question, WORKER + 1, &saying) == KEPT_NOTHING);
  saying.list = 13;
  CHECK(keep_as(&request, &question, WORKER, &saying) == KEPT_NOTHING);
  saying.tail_offset = (uint32_t)(request.length - request.tail_bytes);
  CHECK(keep_as(&request, &question, WORKER + 1, &saying) == KEPT);
  CHECK(serves(&request, "x"));
  struct request other = request_of("m", "{\"A\":1}", A);
  struct advance_question after;
  configure(NULL);
  CHECK(serve(&other, &after, &low) == NULL);
  CHECK(after.worker == WORKER + 1 && after.list == 13);
  free(request.bytes);
  free(other.bytes);
  advance_clear(&advance);
}

/* ---- keys ---- */

static struct request with(const char *model, const char *metadata) {
  char middle[512];
  snprintf(middle, sizeof middle,
           "{\"Headers\":{\"X\":[\"1\"]},\"Metadata\":{%s}}", metadata);
  return request_of(model, middle, A);
}

static bool serves_with(const char *model, const char *metadata,
                        const char *wanted) {
  struct request request = with(model, metadata);
  bool served = serves(&request, wanted);
  free(request.bytes);
  return served;
}

static enum advance_kept keep_with(const char *model, const char *metadata,
                                   uint32_t flags, struct field_text field,
                                   const char *answer) {
  struct request request = with(model, metadata);
  struct saying saying = always(1, answer);
  saying.flags = flags;
  saying.field_count = field.name == NULL ? 0 : 1;
  saying.fields[0] = field;
  enum advance_kept kept = keep(&request, saying);
  free(request.bytes);
  return kept;
}

#define NO_FIELD ((struct field_text){NULL, NULL})
#define SCOPE(value) ((struct field_text){"scope", value})

TEST(a_key_with_a_head_is_of_this_head) {
  CHECK(keep_with("m", "", PUBLICATION_HEAD, NO_FIELD, "x") == KEPT);
  CHECK(serves_with("m", "", "x"));
  CHECK(serves_with("m", "\"scope\":\"s\"", "x"));
  CHECK(serves_with("n", "", NULL));
  CHECK(serves_with("mm", "", NULL));
  CHECK(serves_with("", "", NULL));
  CHECK(keep_with("n", "", PUBLICATION_HEAD, NO_FIELD, "y") == KEPT);
  CHECK(serves_with("m", "", "x") && serves_with("n", "", "y"));
  advance_clear(&advance);
}

/* Only its end is hashed; all of it counts. */
TEST(a_head_that_differs_at_its_start_only_is_another) {
  char model[300], other[300];
  memset(model, 'm', sizeof model);
  model[299] = 0;
  memcpy(other, model, sizeof model);
  other[0] = 'n';
  CHECK(keep_with(model, "", PUBLICATION_HEAD, NO_FIELD, "x") == KEPT);
  CHECK(serves_with(model, "", "x"));
  CHECK(serves_with(other, "", NULL));
  advance_clear(&advance);
}

TEST(a_key_with_a_field_is_of_this_value) {
  CHECK(keep_with("m", "\"scope\":\"s\"", 0, SCOPE("s"), "x") == KEPT);
  CHECK(serves_with("m", "\"scope\":\"s\"", "x"));
  CHECK(serves_with("n", "\"a\":1,\"scope\":\"s\",\"z\":2", "x"));
  CHECK(serves_with("m", "\"scope\":\"t\"", NULL));
  CHECK(serves_with("m", "\"scope\":\"\"", NULL));
  CHECK(serves_with("m", "\"scope\":\"ss\"", NULL));
  CHECK(serves_with("m", "\"scope\":\"\\u0073\"", NULL));
  CHECK(serves_with("m", "\"scope\":null", NULL));
  CHECK(serves_with("m", "\"scope\":\"s\",\"scope\":\"s\"", NULL));
  CHECK(serves_with("m", "", NULL));
  advance_clear(&advance);
}

TEST(a_field_that_is_absent_is_a_value_of_its_own) {
  CHECK(keep_with("m", "", 0, SCOPE(NULL), "none") == KEPT);
  CHECK(serves_with("m", "\"other\":\"s\"", "none"));
  CHECK(serves_with("m", "\"scope\":\"\"", NULL));
  CHECK(serves_with("m", "\"scope\":null", NULL));
  CHECK(keep_with("m", "\"scope\":\"\"", 0, SCOPE(""), "empty") == KEPT);
  CHECK(serves_with("m", "", "none"));
  CHECK(serves_with("m", "\"scope\":\"\"", "empty"));
  advance_clear(&advance);
}

/* Valid JSON, and no host writes it: the worker is asked. */
static const char *const UNTRUE[] = {
    "{\"Headers\":{},\"Metadata\": {\"scope\":\"s\"}}",
    "{\"Headers\":{},\"Metadata\":{\"scope\":\"s\" }}",
    "{\"Metadata\":{\"scope\":\"s\"},\"Headers\":{}}",
    "{\"Metadata\":{\"scope\":\"s\"}}",
    "{\"Headers\":{},\"Metadata\":{\"scope\":\"s\"}},\"Model\":\"n\"",
    "{\"Headers\":{},\"Metadata\":{\"scope\":\"s\"}},\"model\":\"n\"",
    "{\"Headers\":{},\"Metadata\":{\"scope\":\"s\"},\"metadata\":{}}",
    "{\"Headers\":{}},\"X\":{\"Headers\":{},\"Metadata\":{\"scope\":\"s\"}}",
};

TEST(what_no_host_writes_is_served_from_no_key) {
  CHECK(keep_with("m", "\"scope\":\"s\"", PUBLICATION_HEAD, SCOPE("s"), "x") ==
        KEPT);
  CHECK(keep_with("m", "\"scope\":\"s\"", 0, SCOPE("s"), "x") == KEPT);
  CHECK(keep_with("m", "", 0, SCOPE(NULL), "none") == KEPT);
  for (size_t i = 0; i < sizeof UNTRUE / sizeof UNTRUE[0]; i++) {
    struct request request = request_of("m", UNTRUE[i], A);
    CHECK(serves(&request, NULL));
    struct saying saying = always(1, "y");
    saying.flags = PUBLICATION_HEAD;
    CHECK(keep(&request, saying) == KEPT_NOTHING);
    free(request.bytes);
  }
  advance_clear(&advance);
}

TEST(a_request_that_opens_otherwise_is_read_all_the_same) {
  static const char OTHER[] =
      "{\"Plugin\":{\"Name\":\"another\"},\"Provider\":\"\",\"Providers\":"
      "null,\"Model\":\"m\",\"Stream\":true,\"Options\":{\"Headers\":null,"
      "\"Metadata\":{\"scope\":\"s\"}},\"Candidates\":[" A "]}";
  struct request request = {(uint8_t *)OTHER, sizeof OTHER - 1, 0};
  CHECK(keep_with("m", "\"scope\":\"s\"", 0, SCOPE("s"), "x") == KEPT);
  CHECK(serves(&request, "x"));
  advance_clear(&advance);
}

TEST(a_field_that_stands_otherwise_than_it_was_understood_makes_no_key) {
  CHECK(keep_with("m", "\"scope\":\"s\"", 0, SCOPE("t"), "x") ==
        KEPT_NOTHING);
  CHECK(keep_with("m", "\"scope\":\"s\"", 0, SCOPE(NULL), "x") ==
        KEPT_NOTHING);
  CHECK(keep_with("m", "", 0, SCOPE("s"), "x") == KEPT_NOTHING);
  CHECK(keep_with("m", "\"scope\":\"\\u0073\"", 0, SCOPE("s"), "x") ==
        KEPT_NOTHING);
  CHECK(keep_with("m", "\"scope\":1", 0, SCOPE("1"), "x") == KEPT_NOTHING);
  CHECK(keep_with("m", "\"o\":{\"scope\":\"s\"}", 0, SCOPE("s"), "x") ==
        KEPT_NOTHING);
  CHECK(keep_with("m", "\"scope\":\"s\",\"o\":1", 0, SCOPE("s"), "x") ==
        KEPT_NOTHING);
  CHECK(serves_with("m", "\"scope\":\"s\"", NULL) &&
        serves_with("m", "", NULL));
  advance_clear(&advance);
}

/* Neither value may run into the other. */
TEST(two_fields_are_not_taken_for_each_other) {
  struct request request = with("m", "\"p\":\"ab\",\"q\":\"c\"");
  struct saying saying = always(1, "x");
  saying.field_count = 2;
  saying.fields[0] = (struct field_text){"p", "ab"};
  saying.fields[1] = (struct field_text){"q", "c"};
  CHECK(keep(&request, saying) == KEPT);
  CHECK(serves_with("m", "\"o\":1,\"p\":\"ab\",\"q\":\"c\"", "x"));
  CHECK(serves_with("m", "\"q\":\"c\",\"p\":\"ab\"", NULL));
  CHECK(serves_with("m", "\"p\":\"a\",\"q\":\"bc\"", NULL));
  CHECK(serves_with("m", "\"p\":\"c\",\"q\":\"ab\"", NULL));
  CHECK(serves_with("m", "\"p\":\"abc\"", NULL));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(a_request_without_a_head_has_no_key_but_its_list) {
  struct request request = request_to(A);
  struct saying saying = always(1, "x");
  memcpy(request.bytes + strlen("{\"Model\":\"m\",\""), "OPTIONS", 7);
  saying.flags = PUBLICATION_HEAD;
  CHECK(keep(&request, saying) == KEPT_NOTHING);
  saying.flags = 0;
  CHECK(keep(&request, saying) == KEPT);
  CHECK(serves(&request, "x"));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(the_same_key_again_replaces_its_answer) {
  CHECK(keep_with("m", "\"scope\":\"s\"", 0, SCOPE("s"), "x") == KEPT);
  CHECK(keep_with("m", "\"scope\":\"s\"", 0, SCOPE("s"), "longer") == KEPT);
  CHECK(serves_with("m", "\"scope\":\"s\"", "longer"));
  unsigned keys = 0;
  for (unsigned i = 0; i < ADVANCE_KEYS; i++) keys += advance.keys[i] != NULL;
  CHECK(keys == 1);
  advance_clear(&advance);
}

/* ---- time ---- */

TEST(an_answer_that_lives_shortly_is_dead_after) {
  struct request request = request_to(A);
  struct saying saying = always(1, "x");
  saying.lives_ms = UINT32_MAX;
  CHECK(keep(&request, saying) == KEPT);
  CHECK(serves(&request, "x"));
  CHECK(advance.keys[0] != NULL &&
        advance.keys[0]->expires_ns > channel_now_ns() + UINT32_MAX);
  advance.keys[0]->expires_ns = channel_now_ns();
  CHECK(serves(&request, NULL));
  CHECK(keep(&request, saying) == KEPT);
  CHECK(serves(&request, "x"));
  saying.lives_ms = 0;
  CHECK(keep(&request, saying) == KEPT);
  CHECK(advance.keys[0] != NULL && advance.keys[0]->expires_ns == 0);
  CHECK(serves(&request, "x"));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(an_answer_lives_from_when_it_was_asked_for) {
  struct request request = request_to(A);
  struct saying saying = always(1, "x");
  struct advance_question question = {
      .generation = atomic_load(&advance.generation),
      .asked_ns = channel_now_ns() - 50 * 1000000ull};
  saying.tail_offset = (uint32_t)(request.length - request.tail_bytes);
  saying.lives_ms = 40;
  CHECK(keep_as(&request, &question, WORKER, &saying) == KEPT);
  CHECK(serves(&request, NULL));
  saying.lives_ms = 60000;
  CHECK(keep_as(&request, &question, WORKER, &saying) == KEPT);
  CHECK(serves(&request, "x"));
  free(request.bytes);
  advance_clear(&advance);
}

/* ---- configs ---- */

TEST(another_config_makes_all_older_answers_dead) {
  struct request request = request_to(A);
  CHECK(keep(&request, always(1, "x")) == KEPT);
  CHECK(keep_with("m", "\"scope\":\"s\"", 0, SCOPE("s"), "y") == KEPT);
  configure(NULL);
  CHECK(serves(&request, NULL));
  CHECK(serves_with("m", "\"scope\":\"s\"", NULL));
  CHECK(keep(&request, always(1, "z")) == KEPT);
  CHECK(serves_with("m", "\"scope\":\"s\"", "z"));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(what_was_asked_under_another_config_is_not_kept) {
  struct request request = request_to(A);
  struct saying saying = always(1, "x");
  struct advance_question question;
  bool low = false;
  saying.tail_offset = (uint32_t)(request.length - request.tail_bytes);
  CHECK(serve(&request, &question, &low) == NULL);
  configure(NULL);
  CHECK(keep_as(&request, &question, WORKER, &saying) == KEPT_NOTHING);
  CHECK(serves(&request, NULL));
  free(request.bytes);
  advance_clear(&advance);
}

/* ---- configs that change while many read ---- */

#define READING 8
#define CONFIGS 300

static _Atomic uint64_t began, in_force;
static _Atomic bool over;

static void *pick_meanwhile(void *unused) {
  (void)unused;
  struct request request = request_to(A);
  struct advance_question question;
  bool low = false;
  while (!atomic_load(&over)) {
    uint64_t from = atomic_load(&in_force);
    char *text = serve(&request, &question, &low);
    uint64_t to = atomic_load(&began);
    if (text == NULL) continue;
    uint64_t config = strtoull(text, NULL, 10);
    CHECK(config >= from && config <= to);
    free(text);
  }
  free(request.bytes);
  return NULL;
}

TEST(no_answer_outlives_its_config_while_many_read) {
  pthread_t threads[READING];
  struct request request = request_to(A);
  char text[24];
  for (int i = 0; i < READING; i++)
    pthread_create(&threads[i], NULL, pick_meanwhile, NULL);
  for (uint64_t config = 1; config <= CONFIGS; config++) {
    bool any = config % 3 == 0;
    snprintf(text, sizeof text, "%llu", (unsigned long long)config);
    atomic_store(&began, config);
    advance_configure(&advance, any ? (const uint8_t *)text : NULL,
                      strlen(text));
    atomic_store(&in_force, config);
    if (!any) keep(&request, always((uint32_t)config, text));
  }
  atomic_store(&over, true);
  for (int i = 0; i < READING; i++) pthread_join(threads[i], NULL);
  free(request.bytes);
  advance_clear(&advance);
}

/* ---- the end ---- */

TEST(nothing_is_left_after_a_clear) {
  struct request request = request_to(A);
  configure("any");
  configure(NULL);
  CHECK(keep(&request, always(1, "x")) == KEPT);
  CHECK(keep_with("m", "\"scope\":\"s\"", 0, SCOPE("s"), "x") == KEPT);
  CHECK(serves(&request, "x"));
  advance_clear(&advance);
  CHECK(advance.lists_bytes == 0 && advance.left_count == 0);
  CHECK(advance.readers.retired_count == 0);
  CHECK(serves(&request, NULL));
  CHECK(keep(&request, always(1, "y")) == KEPT);
  CHECK(serves(&request, "y"));
  advance_clear(&advance);
  free(request.bytes);
}
