/* Answers in advance that take turns: no position is lost or given twice,
 * whoever asks and whenever more are told. */
#include "advancing.h"

#define A "{\"ID\":\"a\"}"
#define B "{\"ID\":\"b\"}"

#define THREADS 16

/* ---- a rotation that repeats ---- */

static const char *const THREE[] = {"x", "y", "z"};

static struct saying cycle(uint32_t list, uint32_t tag, uint64_t from) {
  return (struct saying){.kind = PUBLICATION_KEY,
                         .list = list,
                         .flags = PUBLICATION_TURNS | PUBLICATION_CYCLIC,
                         .tag = tag,
                         .from = from,
                         .distinct = 3,
                         .count = 3,
                         .answers = THREE};
}

TEST(a_cycle_begins_at_its_position_and_goes_on) {
  struct request request = request_to(A);
  CHECK(keep(&request, cycle(1, 0, 4)) == KEPT_TURNS);
  for (int i = 4; i < 20; i++) CHECK(serves(&request, THREE[i % 3]));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(a_cycle_may_repeat_an_answer) {
  static const uint32_t WEIGHTED[] = {0, 1, 0, 2, 0};
  struct request request = request_to(A);
  struct saying saying = cycle(1, 0, 0);
  saying.count = 5;
  saying.sequence = WEIGHTED;
  CHECK(keep(&request, saying) == KEPT_TURNS);
  for (int i = 0; i < 20; i++)
    CHECK(serves(&request, THREE[WEIGHTED[i % 5]]));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(who_publishes_the_same_again_moves_nothing) {
  struct request request = request_to(A);
  CHECK(keep(&request, cycle(1, 0, 0)) == KEPT_TURNS);
  CHECK(serves(&request, "x"));
  CHECK(keep(&request, cycle(1, 0, 17)) == KEPT_TURNS);
  CHECK(serves(&request, "y"));
  CHECK(serves(&request, "z"));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(keys_of_one_list_share_its_rotation) {
  struct request m = request_of("m", EMPTY, A), n = request_of("n", EMPTY, A);
  struct saying saying = cycle(1, 0, 0);
  saying.flags |= PUBLICATION_HEAD;
  CHECK(keep(&m, saying) == KEPT_TURNS);
  CHECK(serves(&n, NULL));
  CHECK(keep(&n, saying) == KEPT_TURNS);
  CHECK(serves(&m, "x") && serves(&n, "y") && serves(&m, "z"));
  free(m.bytes);
  free(n.bytes);
  advance_clear(&advance);
}

TEST(each_list_and_each_tag_has_a_rotation_of_its_own) {
  struct request a = request_to(A), b = request_to(B);
  struct request other = request_of("n", EMPTY, A);
  struct saying saying = cycle(1, 5, 0);
  saying.flags |= PUBLICATION_HEAD;
  CHECK(keep(&a, cycle(1, 0, 0)) == KEPT_TURNS);
  CHECK(keep(&b, cycle(2, 0, 0)) == KEPT_TURNS);
  CHECK(serves(&a, "x") && serves(&a, "y"));
  CHECK(serves(&b, "x"));
  advance_configure(&advance, NULL, 0);
  CHECK(keep(&other, saying) == KEPT_TURNS);
  saying.tag = 6;
  CHECK(keep(&a, saying) == KEPT_TURNS);
  CHECK(serves(&other, "x") && serves(&a, "x") && serves(&other, "y"));
  free(a.bytes);
  free(b.bytes);
  free(other.bytes);
  advance_clear(&advance);
}

TEST(another_config_begins_anew) {
  struct request request = request_to(A);
  CHECK(keep(&request, cycle(1, 0, 0)) == KEPT_TURNS);
  CHECK(serves(&request, "x"));
  advance_configure(&advance, NULL, 0);
  CHECK(serves(&request, NULL));
  CHECK(keep(&request, cycle(1, 0, 2)) == KEPT_TURNS);
  CHECK(serves(&request, "z"));
  free(request.bytes);
  advance_clear(&advance);
}

/* More rules than a list has rotations: they replace each other, and a key
 * whose rotation is gone asks. */
TEST(rotations_beyond_the_limit_replace_each_other) {
  struct request requests[ADVANCE_ROTATIONS + 1];
  char model[16];
  for (uint32_t i = 0; i <= ADVANCE_ROTATIONS; i++) {
    snprintf(model, sizeof model, "m%u", (unsigned)i);
    requests[i] = request_of(model, EMPTY, A);
    struct saying saying = cycle(1, i, i);
    saying.flags |= PUBLICATION_HEAD;
    CHECK(keep(&requests[i], saying) == KEPT_TURNS);
  }
  CHECK(serves(&requests[0], NULL));
  for (uint32_t i = 1; i <= ADVANCE_ROTATIONS; i++)
    CHECK(serves(&requests[i], THREE[i % 3]));
  for (uint32_t i = 0; i <= ADVANCE_ROTATIONS; i++) free(requests[i].bytes);
  advance_clear(&advance);
}

/* ---- the same by many threads ---- */

#define TURNS_EACH 3000

static _Atomic unsigned times[3];
static struct request shared;

static void *take_turns(void *unused) {
  (void)unused;
  struct advance_question question;
  bool low = false;
  for (int i = 0; i < TURNS_EACH; i++) {
    char *text = serve(&shared, &question, &low);
    CHECK(text != NULL);
    if (text != NULL) atomic_fetch_add(&times[text[0] - 'x'], 1);
    free(text);
  }
  return NULL;
}

TEST(many_threads_take_each_turn_once) {
  pthread_t threads[THREADS];
  shared = request_to(A);
  CHECK(keep(&shared, cycle(1, 0, 1)) == KEPT_TURNS);
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, take_turns, NULL);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  CHECK(times[0] == THREADS * TURNS_EACH / 3);
  CHECK(times[1] == THREADS * TURNS_EACH / 3);
  CHECK(times[2] == THREADS * TURNS_EACH / 3);
  CHECK(serves(&shared, "y"));
  free(shared.bytes);
  advance_clear(&advance);
}

/* ---- a rotation that never repeats ---- */

#define STEP 32u

/* The answers at [from, from + count) are their positions as texts. */
static enum advance_kept tell(enum publication_kind kind, uint32_t tag,
                              uint64_t from, uint32_t count,
                              const struct request *request) {
  char texts[STEP * 4][24];
  const char *answers[STEP * 4];
  for (uint32_t i = 0; i < count; i++) {
    snprintf(texts[i], sizeof texts[i], "%llu",
             (unsigned long long)(from + i));
    answers[i] = texts[i];
  }
  struct saying saying = {.kind = kind,
                          .list = 1,
                          .flags = PUBLICATION_TURNS,
                          .tag = tag,
                          .from = from,
                          .distinct = count,
                          .count = count,
                          .answers = answers};
  if (kind == PUBLICATION_KEY) return keep(request, saying);
  struct publication publication;
  struct said said = say(&saying);
  CHECK(publication_read(said.bytes, said.length, &publication));
  advance_keep_more(&advance, WORKER, advance_generation(&advance),
                    &publication);
  free(said.bytes);
  return KEPT;
}

static bool serves_number(const struct request *request, uint64_t number) {
  char text[24];
  snprintf(text, sizeof text, "%llu", (unsigned long long)number);
  return serves(request, text);
}

TEST(a_position_that_is_not_told_yet_is_asked_for) {
  struct request request = request_to(A);
  struct advance_question question;
  bool low = false;
  CHECK(tell(PUBLICATION_KEY, 3, 10, 4, &request) == KEPT_TURNS);
  for (uint64_t i = 10; i < 14; i++) CHECK(serves_number(&request, i));
  CHECK(serve(&request, &question, &low) == NULL);
  CHECK(question.placed && question.tag == 3 && question.position == 14);
  CHECK(question.worker == WORKER && question.list == 1);
  /* The worker says with that answer what follows; 14 is taken. */
  CHECK(tell(PUBLICATION_KEY, 3, 14, 4, &request) == KEPT_TURNS);
  for (uint64_t i = 15; i < 18; i++) CHECK(serves_number(&request, i));
  CHECK(serve(&request, &question, &low) == NULL);
  CHECK(question.placed && question.position == 18);
  free(request.bytes);
  advance_clear(&advance);
}

TEST(more_is_asked_for_once_at_half) {
  struct request request = request_to(A);
  struct advance_question question;
  struct advance_report report;
  bool low = false;
  CHECK(tell(PUBLICATION_KEY, 3, 0, 8, &request) == KEPT_TURNS);
  for (int i = 0; i < 8; i++) {
    free(serve(&request, &question, &low));
    CHECK(low == (i == 4));
    low = false;
  }
  CHECK(advance_next_report(&advance, WORKER, &report));
  CHECK(report.more && report.more_from == 8);
  CHECK(report.from == 0 && report.to == 8);
  CHECK(!advance_next_report(&advance, WORKER, &report));
  tell(PUBLICATION_ORDER, 3, 8, 8, &request);
  for (uint64_t i = 8; i < 12; i++) CHECK(serves_number(&request, i));
  CHECK(!advance_next_report(&advance, WORKER + 1, &report));
  free(serve(&request, &question, &low));
  CHECK(low);
  CHECK(advance_next_report(&advance, WORKER, &report));
  CHECK(report.more && report.more_from == 16);
  free(request.bytes);
  advance_clear(&advance);
}

TEST(more_is_kept_beside_what_is_left) {
  struct request request = request_to(A);
  CHECK(tell(PUBLICATION_KEY, 3, 0, 8, &request) == KEPT_TURNS);
  for (uint64_t i = 0; i < 5; i++) CHECK(serves_number(&request, i));
  tell(PUBLICATION_ORDER, 3, 8, 8, &request);
  for (uint64_t i = 5; i < 16; i++) CHECK(serves_number(&request, i));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(more_of_what_is_not_there_is_not_kept) {
  struct request request = request_to(A);
  struct advance_question question = {0};
  tell(PUBLICATION_ORDER, 3, 0, 8, &request);
  CHECK(serves(&request, NULL));
  CHECK(keep(&request, cycle(1, 0, 0)) == KEPT_TURNS);
  tell(PUBLICATION_ORDER, 3, 0, 8, &request);
  CHECK(serves(&request, "x"));
  struct saying order = cycle(1, 0, 0);
  order.kind = PUBLICATION_ORDER;
  order.tail_offset = (uint32_t)(request.length - request.tail_bytes);
  CHECK(keep_as(&request, &question, WORKER, &order) == KEPT_NOTHING);
  free(request.bytes);
  advance_clear(&advance);
}

/* ---- the same by many threads, with a worker that tells more ---- */

#define POSITIONS (THREADS * 1000u)

static _Atomic unsigned given[POSITIONS + THREADS];

static void note_given(uint64_t position) {
  CHECK(position < POSITIONS + THREADS);
  atomic_fetch_add(&given[position], 1);
}

/* What the outbox does when it is nudged. */
static void tell_more(void) {
  struct advance_report report;
  while (advance_next_report(&advance, WORKER, &report))
    if (report.more)
      tell(PUBLICATION_ORDER, report.tag, report.more_from, STEP, &shared);
}

static void *take_numbers(void *unused) {
  (void)unused;
  struct advance_question question;
  for (unsigned i = 0; i < POSITIONS / THREADS; i++) {
    bool low = false;
    char *text = serve(&shared, &question, &low);
    if (text != NULL) {
      note_given(strtoull(text, NULL, 10));
      free(text);
    } else {
      CHECK(question.placed);
      note_given(question.position);
      tell(PUBLICATION_KEY, question.tag, question.position, STEP, &shared);
    }
    if (low) tell_more();
  }
  return NULL;
}

TEST(no_position_is_lost_or_given_twice_while_more_is_told) {
  pthread_t threads[THREADS];
  shared = request_to(A);
  CHECK(tell(PUBLICATION_KEY, 3, 0, STEP, &shared) == KEPT_TURNS);
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, take_numbers, NULL);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  for (unsigned i = 0; i < POSITIONS; i++) CHECK(given[i] == 1);
  free(shared.bytes);
  advance_clear(&advance);
}

/* ---- what comes too late ---- */

TEST(more_answers_of_an_older_config_are_not_kept) {
  static const char *const OLD[] = {"old"};
  static const char *const NEW[] = {"new"};
  struct request request = request_to(A);
  struct saying saying = {.kind = PUBLICATION_KEY,
                          .list = 1,
                          .flags = PUBLICATION_TURNS,
                          .epoch = 1,
                          .distinct = 1,
                          .count = 1,
                          .answers = OLD};
  CHECK(keep(&request, saying) == KEPT_TURNS);
  uint64_t before = advance_generation(&advance);
  advance_configure(&advance, NULL, 0);
  saying.epoch = 2;
  saying.answers = NEW;
  CHECK(keep(&request, saying) == KEPT_TURNS);
  /* What was asked for under the older one, by its number or by none. */
  const uint64_t generations[] = {before, advance_generation(&advance)};
  for (int i = 0; i < 2; i++) {
    struct publication publication;
    saying.kind = PUBLICATION_ORDER;
    saying.epoch = 1;
    saying.from = 1;
    saying.answers = OLD;
    struct said said = say(&saying);
    CHECK(publication_read(said.bytes, said.length, &publication));
    advance_keep_more(&advance, WORKER, generations[i], &publication);
    free(said.bytes);
  }
  CHECK(serves(&request, "new"));
  CHECK(serves(&request, NULL));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(nothing_of_a_worker_that_is_not_trusted_stays) {
  struct request request = request_to(A);
  CHECK(keep(&request, always(1, "x")) == KEPT);
  advance_distrust(&advance);
  CHECK(serves(&request, NULL));
  CHECK(keep(&request, always(1, "y")) == KEPT);
  CHECK(serves(&request, "y"));
  advance_configure(&advance, (const uint8_t *)"any", 3);
  advance_distrust(&advance);
  CHECK(serves(&request, "any"));
  free(request.bytes);
  advance_clear(&advance);
}
