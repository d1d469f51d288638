/* Which versions a worker need not try out, and for how long that is known. */
#define _GNU_SOURCE
#include "policies/proven.h"

#include "test.h"

static struct proven proven;
static struct channel_header header, given;

/* A worker ends that had loaded these, beside nothing. */
static void end_with(uint32_t first, uint32_t second) {
  for (uint32_t i = 0; i < VERSIONS; i++) atomic_store(&header.loaded[i], 0);
  atomic_store(&header.loaded[1], first);
  atomic_store(&header.loaded[VERSIONS - 1], second);
  proven_note(&proven, &header);
}

static bool is_told(uint32_t fingerprint) {
  given = (struct channel_header){0};
  proven_give(&proven, &given);
  for (uint32_t i = 0; i < given.proven_count; i++)
    if (given.proven[i] == fingerprint) return true;
  return false;
}

TEST(the_first_worker_is_told_of_nothing) {
  CHECK(!is_told(0) && given.proven_count == 0);
}

TEST(the_next_worker_is_told_what_was_loaded) {
  end_with(7, 8);
  CHECK(is_told(7) && is_told(8) && !is_told(0));
  CHECK(given.proven_count == 2);
}

TEST(a_worker_that_ended_before_it_loaded_them_takes_nothing_away) {
  end_with(7, 8);
  end_with(0, 0);
  end_with(8, 0);
  CHECK(is_told(7) && is_told(8));
  CHECK(given.proven_count == 2);
}

TEST(a_full_table_keeps_what_was_loaded_last) {
  for (uint32_t i = 1; i <= 2 * VERSIONS; i++) end_with(i, 0);
  CHECK(is_told(2 * VERSIONS) && is_told(VERSIONS + 1));
  CHECK(!is_told(VERSIONS));
  CHECK(given.proven_count == VERSIONS);
}

TEST(garbage_in_a_header_is_passed_on_and_does_no_more) {
  memset(&header, 0xff, sizeof header);
  proven_note(&proven, &header);
  CHECK(is_told(UINT32_MAX) && given.proven_count == 1);
}
