/* What C serves by itself: kept whole, replaced whole, forgotten whole. */
#include "../../ffi/answers.h"

#include <stdbool.h>

#include "test.h"

#define NOT_HANDLED                                                           \
  "{\"ok\":true,\"result\":{\"AuthID\":\"\",\"DelegateBuiltin\":\"\","        \
  "\"Handled\":false}}"

static struct answers answers = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void check_gives(cliproxy_buffer given, const char *wanted) {
  CHECK(given.len == strlen(wanted) && given.ptr != NULL &&
        memcmp(given.ptr, wanted, given.len) == 0);
  free(given.ptr);
}

static void accept_config(const char *request, const char *envelope,
                          size_t answer_bytes) {
  struct channel_call call = {.request = (const uint8_t *)request,
                              .request_bytes = strlen(request)};
  struct channel_answer answer = {
      .bytes = (uint8_t *)(uintptr_t)envelope,
      .answer_bytes = answer_bytes,
      .publish_bytes = strlen(envelope) - answer_bytes};
  CHECK(answers_accept(&answers, &call, &answer));
}

TEST(nothing_accepted_answers_not_handled) {
  cliproxy_buffer given = {0};
  answers_give_on_failure(&answers, &given);
  check_gives(given, NOT_HANDLED);
  given = (cliproxy_buffer){0};
  CHECK(!answers_have_accepted(&answers));
  CHECK(!answers_give_registration(&answers, &given));
  CHECK(given.ptr == NULL);
}

TEST(an_accepted_config_replaces_all_three) {
  cliproxy_buffer given = {0};
  accept_config("one", "registrationdenied", 12);
  accept_config("two", "REGISTRATIONDELEGATED", 12);
  answers_give_on_failure(&answers, &given);
  check_gives(given, "DELEGATED");
  CHECK(answers_give_registration(&answers, &given));
  check_gives(given, "REGISTRATION");
  struct block accepted, pending;
  CHECK(answers_for_new_worker(&answers, &accepted, &pending));
  CHECK(accepted.length == 3 && memcmp(accepted.bytes, "two", 3) == 0);
  CHECK(pending.bytes == NULL);
  free(accepted.bytes);
  answers_clear(&answers);
  CHECK(!answers_have_accepted(&answers));
}

static void keep_pending(const char *request) {
  struct channel_call call = {.request = (const uint8_t *)request,
                              .request_bytes = strlen(request)};
  CHECK(answers_keep_pending(&answers, &call));
}

static bool pending_is(const char *wanted) {
  struct block accepted, pending;
  CHECK(answers_for_new_worker(&answers, &accepted, &pending));
  bool is = wanted == NULL
                ? pending.bytes == NULL
                : pending.length == strlen(wanted) &&
                      memcmp(pending.bytes, wanted, pending.length) == 0;
  answers_drop_copy(&accepted);
  answers_drop_copy(&pending);
  return is;
}

TEST(a_pending_config_is_kept_until_a_worker_has_answered_it) {
  keep_pending("old");
  keep_pending("new");
  CHECK(pending_is("new"));
  CHECK(answers_try_pending(&answers));
  CHECK(pending_is("new"));
  accept_config("new", "registrationdenied", 12);
  CHECK(pending_is("new"));
  answers_drop_pending(&answers);
  CHECK(pending_is(NULL));
  answers_clear(&answers);
}

TEST(a_pending_config_that_workers_do_not_survive_is_given_up) {
  keep_pending("deadly");
  for (unsigned i = 0; i < PENDING_TRIES; i++)
    CHECK(answers_try_pending(&answers));
  CHECK(pending_is("deadly"));
  CHECK(!answers_try_pending(&answers));
  CHECK(pending_is(NULL));
  keep_pending("other");
  CHECK(answers_try_pending(&answers));
  answers_clear(&answers);
}

TEST(a_null_response_takes_nothing) {
  answers_give(NULL, "x", 1);
  answers_give_on_failure(&answers, NULL);
}
