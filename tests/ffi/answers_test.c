/* What C serves by itself: kept whole, replaced whole, forgotten whole. */
#include "plugin/answers.h"
#include "host/response.h"

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
  bool same;
  CHECK(answers_accept(&answers, &call, &answer, &same));
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
  accept_config("one", "registrationf1{\"ok\":denied}", 12);
  accept_config("two", "REGISTRATIONa2{\"ok\":DELEGATED}", 12);
  answers_give_on_failure(&answers, &given);
  check_gives(given, "{\"ok\":DELEGATED}");
  CHECK(answers_give_registration(&answers, &given));
  check_gives(given, "REGISTRATION");
  struct block accepted;
  CHECK(answers_copy_accepted(&answers, &accepted));
  CHECK(accepted.length == 3 && memcmp(accepted.bytes, "two", 3) == 0);
  answers_drop_copy(&accepted);
  answers_clear(&answers);
  CHECK(!answers_have_accepted(&answers));
}

static void keep_pending(const char *request) {
  struct channel_call call = {.request = (const uint8_t *)request,
                              .request_bytes = strlen(request)};
  CHECK(answers_keep_pending(&answers, &call));
}

static bool pending_is(unsigned at, const char *wanted) {
  struct block pending;
  bool copied = answers_copy_pending(&answers, at, &pending);
  bool is = wanted == NULL
                ? !copied
                : copied && pending.length == strlen(wanted) &&
                      memcmp(pending.bytes, wanted, pending.length) == 0;
  answers_drop_copy(&pending);
  return is;
}

TEST(pending_configs_keep_their_order_and_wait_until_they_are_dropped) {
  keep_pending("good");
  keep_pending("bad");
  keep_pending("bad");
  accept_config("other", "registrationf1{\"ok\":denied}", 12);
  CHECK(pending_is(0, "good") && pending_is(1, "bad") && pending_is(2, NULL));
  answers_drop_pending(&answers, 1, 2);
  CHECK(pending_is(0, "good") && pending_is(1, NULL));
  answers_drop_pending(&answers, 0, PENDING_LIMIT);
  CHECK(pending_is(0, NULL));
  answers_clear(&answers);
}

TEST(the_oldest_pending_config_goes_when_there_is_no_room) {
  char name[16];
  for (unsigned i = 0; i < PENDING_LIMIT + 1; i++) {
    snprintf(name, sizeof name, "%u", i);
    keep_pending(name);
  }
  CHECK(pending_is(0, "1"));
  CHECK(pending_is(PENDING_LIMIT - 1, name));
  CHECK(pending_is(PENDING_LIMIT, NULL));
  answers_clear(&answers);
}

TEST(a_pending_config_that_workers_do_not_survive_is_passed_over_in_turn) {
  keep_pending("deadly");
  for (unsigned i = 0; i < PENDING_TRIES; i++)
    CHECK(answers_try_pending(&answers, 0));
  CHECK(!answers_try_pending(&answers, 0));
  CHECK(answers_try_pending(&answers, 0));
  CHECK(!answers_try_pending(&answers, 0));
  CHECK(pending_is(0, "deadly"));
  answers_clear(&answers);
}

TEST(a_null_response_takes_nothing) {
  CHECK(response_give(NULL, "x", 1));
  answers_give_on_failure(&answers, NULL);
}

TEST(what_is_sealed_registers_and_refuses_until_a_config_is_accepted) {
  cliproxy_buffer given = {0};
  answers_seal(&answers, true);
  CHECK(answers_are_sealed(&answers) && !answers_have_accepted(&answers));
  answers_give_on_failure(&answers, &given);
  check_gives(given, SEALED_REFUSAL);
  CHECK(answers_give_registration(&answers, &given));
  check_gives(given, SEALED_REGISTRATION);
  answers_seal(&answers, false);
  CHECK(!answers_are_sealed(&answers));
  answers_give_on_failure(&answers, &given);
  check_gives(given, NOT_HANDLED);
  CHECK(!answers_give_registration(&answers, &given));
  answers_seal(&answers, true);
  accept_config("one", "registrationf1{\"ok\":denied}", 12);
  CHECK(!answers_are_sealed(&answers));
  answers_seal(&answers, true);
  CHECK(!answers_are_sealed(&answers));
  answers_give_on_failure(&answers, &given);
  check_gives(given, "{\"ok\":denied}");
  answers_clear(&answers);
}

TEST(what_was_sealed_is_forgotten) {
  answers_seal(&answers, true);
  answers_clear(&answers);
  CHECK(!answers_are_sealed(&answers));
}

TEST(what_the_host_was_told_is_known_against_what_is_in_force) {
  CHECK(answers_told(&answers) == TOLD_ALL);
  answers_note_told(&answers, true);
  CHECK(answers_told(&answers) == TOLD_ALL);
  accept_config("one", "registrationf1{\"ok\":1}", 12);
  CHECK(answers_told(&answers) == TOLD_ERROR);
  answers_note_told(&answers, false);
  CHECK(answers_told(&answers) == TOLD_ALL);
  accept_config("two", "registrationf2{\"ok\":1}", 12);
  CHECK(answers_told(&answers) == TOLD_LESS);
  answers_note_told(&answers, false);
  accept_config("one", "registrationf1{\"ok\":1}", 12);
  CHECK(answers_told(&answers) == TOLD_ALL);
  answers_clear(&answers);
  /* Sealed: the host was told of everything. */
  answers_seal(&answers, true);
  answers_note_told(&answers, false);
  accept_config("two", "registrationf2{\"ok\":1}", 12);
  CHECK(answers_told(&answers) == TOLD_ALL);
  answers_clear(&answers);
}

TEST(a_pending_config_that_was_survived_has_all_its_tries_again) {
  keep_pending("good");
  for (unsigned i = 0; i < PENDING_TRIES + 2; i++) {
    CHECK(answers_try_pending(&answers, 0));
    answers_survived_pending(&answers, 0);
  }
  answers_clear(&answers);
}

TEST(the_same_request_with_another_answer_is_another_config) {
  struct channel_call call = {.request = (const uint8_t *)"deny",
                              .request_bytes = 4};
  const char *const texts[] = {"{}a1{\"ok\":1}", "{}a1{\"ok\":1}",
                               "{}a1{\"ok\":2}", "{}f1{\"ok\":2}",
                               "{}f2{\"ok\":2}"};
  const bool wanted[] = {false, true, false, false, false};
  for (int i = 0; i < 5; i++) {
    struct channel_answer answer = {.bytes = (uint8_t *)(uintptr_t)texts[i],
                                    .answer_bytes = 2,
                                    .publish_bytes = strlen(texts[i]) - 2};
    bool same;
    CHECK(answers_accept(&answers, &call, &answer, &same));
    CHECK(same == wanted[i]);
  }
  answers_clear(&answers);
}

TEST(what_is_no_envelope_is_not_accepted) {
  struct channel_call call = {.request = (const uint8_t *)"x",
                              .request_bytes = 1};
  const char *const texts[] = {"{}", "{}a", "{}a1", "{}a1unhandled",
                               "{}f1{\"ok\":1", "{}f{\"ok\":1}"};
  for (int i = 0; i < 6; i++) {
    struct channel_answer answer = {.bytes = (uint8_t *)(uintptr_t)texts[i],
                                    .answer_bytes = 2,
                                    .publish_bytes = strlen(texts[i]) - 2};
    bool same;
    CHECK(!answers_accept(&answers, &call, &answer, &same));
  }
  CHECK(!answers_have_accepted(&answers));
}
