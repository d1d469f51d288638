/* What was taken is told to the worker, all of it and once, wherever it was
 * taken from and whatever became of that since. */
#include "advancing.h"

#define A "{\"ID\":\"a\"}"
#define B "{\"ID\":\"b\"}"

static const char *const TWO[] = {"x", "y"};

static struct saying turns(uint32_t list, uint32_t tag, uint64_t from) {
  return (struct saying){.kind = PUBLICATION_KEY,
                         .list = list,
                         .flags = PUBLICATION_TURNS | PUBLICATION_CYCLIC,
                         .epoch = 4,
                         .tag = tag,
                         .from = from,
                         .distinct = 2,
                         .count = 2,
                         .answers = TWO};
}

static void take(const struct request *request, int times) {
  struct advance_question question;
  bool low = false;
  for (int i = 0; i < times; i++) {
    char *text = serve(request, &question, &low);
    CHECK(text != NULL);
    free(text);
  }
}

/* How many were taken of a tag, by all reports that there are now. */
static uint64_t reported(uint32_t worker, uint32_t tag) {
  struct advance_report report;
  uint64_t taken = 0;
  while (advance_next_report(&advance, worker, &report)) {
    CHECK(report.from <= report.to);
    if (report.tag == tag) taken += report.to - report.from;
  }
  return taken;
}

TEST(nothing_is_told_of_nothing) {
  struct request request = request_to(A);
  struct advance_report report;
  CHECK(!advance_next_report(&advance, WORKER, &report));
  keep(&request, always(1, "x"));
  keep(&request, turns(1, 0, 7));
  CHECK(!advance_next_report(&advance, WORKER, &report));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(an_answer_that_stays_is_counted) {
  struct request request = request_to(A);
  struct advance_report report;
  struct saying saying = always(3, "x");
  saying.epoch = 4;
  keep(&request, saying);
  take(&request, 5);
  CHECK(advance_next_report(&advance, WORKER, &report));
  CHECK(report.list == 3 && report.epoch == 4 && report.tag == 0x80000003);
  CHECK(report.from == 0 && report.to == 5 && !report.more);
  CHECK(!advance_next_report(&advance, WORKER, &report));
  take(&request, 2);
  CHECK(advance_next_report(&advance, WORKER, &report));
  CHECK(report.from == 5 && report.to == 7);
  free(request.bytes);
  advance_clear(&advance);
}

TEST(the_positions_of_a_rotation_are_told) {
  struct request request = request_to(A);
  struct advance_report report;
  keep(&request, turns(3, 2, 7));
  take(&request, 5);
  CHECK(advance_next_report(&advance, WORKER, &report));
  CHECK(report.list == 3 && report.epoch == 4 && report.tag == 2);
  CHECK(report.from == 7 && report.to == 12 && !report.more);
  CHECK(!advance_next_report(&advance, WORKER, &report));
  take(&request, 1);
  CHECK(advance_next_report(&advance, WORKER, &report));
  CHECK(report.from == 12 && report.to == 13);
  free(request.bytes);
  advance_clear(&advance);
}

TEST(a_key_that_is_replaced_is_counted) {
  struct request request = request_to(A);
  keep(&request, always(1, "x"));
  take(&request, 5);
  keep(&request, always(1, "y"));
  take(&request, 6);
  CHECK(reported(WORKER, 0x80000001) == 11);
  free(request.bytes);
  advance_clear(&advance);
}

TEST(a_config_that_went_is_counted) {
  struct request request = request_to(A);
  keep(&request, always(1, "x"));
  take(&request, 5);
  advance_configure(&advance, NULL, 0);
  keep(&request, turns(1, 0, 0));
  take(&request, 6);
  advance_configure(&advance, NULL, 0);
  keep(&request, turns(1, 0, 0));
  take(&request, 7);
  CHECK(reported(WORKER, 0x80000001) + reported(WORKER, 0) == 5);
  free(request.bytes);
  advance_clear(&advance);
}

TEST(rotations_that_replaced_each_other_are_counted) {
  struct request request = request_to(A);
  keep(&request, turns(1, 0, 0));
  take(&request, 6);
  advance_configure(&advance, NULL, 0);
  keep(&request, turns(1, 0, 40));
  take(&request, 7);
  CHECK(reported(WORKER, 0) == 13);
  free(request.bytes);
  advance_clear(&advance);
}

/* As many lists as it takes for all others to go. */
static void replace_lists(void) {
  char list[32];
  for (unsigned i = 0; i < 2 * ADVANCE_LISTS; i++) {
    snprintf(list, sizeof list, "{\"ID\":\"other-%u\"}", i);
    struct request request = request_to(list);
    keep(&request, always(100 + i, "other"));
    free(request.bytes);
  }
}

TEST(a_rotation_whose_list_went_is_counted) {
  struct request request = request_to(A);
  struct advance_report report;
  keep(&request, turns(3, 2, 7));
  take(&request, 5);
  replace_lists();
  CHECK(serves(&request, NULL));
  CHECK(advance_next_report(&advance, WORKER, &report));
  CHECK(report.list == 3 && report.epoch == 4 && report.tag == 2);
  CHECK(report.from == 7 && report.to == 12);
  free(request.bytes);
  advance_clear(&advance);
}

TEST(an_answer_whose_list_went_is_counted) {
  struct request request = request_to(A);
  struct advance_report report;
  keep(&request, always(3, "x"));
  take(&request, 5);
  replace_lists();
  CHECK(serves(&request, NULL));
  CHECK(advance_next_report(&advance, WORKER, &report));
  CHECK(report.list == 3 && report.tag == 0x80000003);
  CHECK(report.from == 0 && report.to == 5);
  CHECK(!advance_next_report(&advance, WORKER, &report));
  free(request.bytes);
  advance_clear(&advance);
}

TEST(a_worker_is_told_of_lists_that_it_knows) {
  struct request a = request_to(A), b = request_to(B);
  struct advance_report report;
  keep(&a, always(1, "x"));
  keep(&b, turns(2, 0, 0));
  take(&a, 5);
  take(&b, 5);
  CHECK(!advance_next_report(&advance, WORKER + 1, &report));
  /* The next worker learns one of them. */
  struct advance_question question = {0};
  struct saying saying = {.kind = PUBLICATION_LIST, .list = 40};
  saying.tail_offset = (uint32_t)(b.length - b.tail_bytes);
  CHECK(keep_as(&b, &question, WORKER + 1, &saying) == KEPT);
  CHECK(advance_next_report(&advance, WORKER + 1, &report));
  CHECK(report.list == 40 && report.from == 0 && report.to == 5);
  CHECK(!advance_next_report(&advance, WORKER + 1, &report));
  CHECK(reported(WORKER, 0x80000001) == 5);
  free(a.bytes);
  free(b.bytes);
  advance_clear(&advance);
}

TEST(any_worker_is_told_of_refusals_of_the_config_in_force) {
  struct request a = request_to(A), b = request_to(B);
  struct saying refusal = always(1, "x");
  refusal.tag = ADVANCE_REFUSAL_TAG + 7;
  keep(&a, refusal);
  take(&a, 5);
  CHECK(reported(WORKER + 1, ADVANCE_REFUSAL_TAG + 7) == 5);
  take(&a, 2);
  CHECK(reported(WORKER, ADVANCE_REFUSAL_TAG + 7) == 2);
  /* Not of what is not counted, nor of another config. */
  struct saying other = always(2, "y");
  other.tag = ADVANCE_NO_TAG;
  keep(&b, other);
  take(&b, 5);
  take(&a, 3);
  advance_configure(&advance, NULL, 0);
  CHECK(reported(WORKER + 1, ADVANCE_NO_TAG) == 0);
  CHECK(reported(WORKER + 1, ADVANCE_REFUSAL_TAG + 7) == 0);
  CHECK(reported(WORKER, ADVANCE_REFUSAL_TAG + 7) == 3);
  free(a.bytes);
  free(b.bytes);
  advance_clear(&advance);
}

TEST(what_an_ended_worker_was_not_told_is_forgotten) {
  struct request request = request_to(A);
  struct advance_report report;
  keep(&request, turns(1, 0, 0));
  take(&request, 5);
  replace_lists();
  CHECK(!advance_next_report(&advance, WORKER + 1, &report));
  CHECK(advance.left_count == 0);
  free(request.bytes);
  advance_clear(&advance);
}

TEST(reports_that_nobody_takes_are_bounded) {
  struct request request = request_to(A);
  for (unsigned i = 0; i < 2 * ADVANCE_LEFT; i++) {
    keep(&request, always(1, i % 2 ? "x" : "y"));
    take(&request, 1);
  }
  CHECK(advance.left_count == ADVANCE_LEFT);
  /* The last one's count stands in its key. */
  CHECK(reported(WORKER, 0x80000001) == ADVANCE_LEFT + 1);
  free(request.bytes);
  advance_clear(&advance);
}

/* ---- counted while it goes on ---- */

#define THREADS 8
#define TAKES 2000

static struct request shared[2];
static _Atomic int done;

static void *take_shared(void *unused) {
  (void)unused;
  take(&shared[0], TAKES);
  take(&shared[1], TAKES);
  atomic_fetch_add(&done, 1);
  return NULL;
}

TEST(counts_add_up_while_many_take) {
  pthread_t threads[THREADS];
  shared[0] = request_to(A);
  shared[1] = request_to(B);
  keep(&shared[0], always(1, "x"));
  keep(&shared[1], turns(2, 0, 0));
  uint64_t fixed = 0, turned = 0;
  struct advance_report report;
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, take_shared, NULL);
  for (bool last = false; !last;) {
    last = atomic_load(&done) == THREADS;
    while (advance_next_report(&advance, WORKER, &report))
      *(report.tag == 0 ? &turned : &fixed) += report.to - report.from;
  }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  CHECK(fixed == THREADS * TAKES && turned == THREADS * TAKES);
  free(shared[0].bytes);
  free(shared[1].bytes);
  advance_clear(&advance);
}
