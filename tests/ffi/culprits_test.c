/* Who is blamed for a worker's end, and for how long it is remembered. */
#define _GNU_SOURCE
#include "policies/culprits.h"

#include "test.h"

#define FORGET_NS (CULPRIT_FORGET_MS * 1000000ull)

static struct culprits culprits;
static struct channel_header header, given;

/* A worker ends that had written this. */
static void end_at(uint32_t policy, uint32_t loading, uint32_t last,
                   bool held_too_much, uint64_t now_ns) {
  atomic_store(&header.policy, policy);
  atomic_store(&header.policy_loading, loading);
  atomic_store(&header.policy_last, last);
  culprits_note(&culprits, &header, held_too_much, now_ns);
}

/* What the next worker is told; NULL if nothing. */
static const struct channel_culprit *told_of(uint32_t fingerprint,
                                             uint64_t now_ns) {
  given = (struct channel_header){0};
  culprits_give(&culprits, &given, now_ns);
  for (uint32_t i = 0; i < given.culprit_count; i++)
    if (given.culprits[i].fingerprint == fingerprint)
      return &given.culprits[i];
  return NULL;
}

static bool is_told(uint32_t fingerprint, uint32_t picks, uint32_t loads) {
  const struct channel_culprit *told = told_of(fingerprint, 1);
  return told != NULL && told->picks == picks && told->loads == loads;
}

TEST(a_new_table_blames_nobody) {
  told_of(1, 0);
  CHECK(given.culprit_count == 0);
}

TEST(the_policy_that_ran_is_blamed_before_all_others) {
  end_at(7, 8, 9, true, 1);
  CHECK(is_told(7, 1, 0));
  CHECK(given.culprit_count == 1);
}

TEST(the_policy_that_was_loaded_is_blamed_if_none_ran) {
  end_at(0, 8, 9, false, 1);
  CHECK(is_told(8, 0, 1));
  CHECK(given.culprit_count == 1);
}

TEST(for_memory_a_loaded_one_is_blamed_as_one_that_ran) {
  end_at(0, 8, 9, true, 1);
  CHECK(is_told(8, 1, 0));
  CHECK(given.culprit_count == 1);
}

TEST(the_last_policy_is_blamed_for_memory_alone) {
  end_at(0, 0, 9, false, 1);
  CHECK(told_of(9, 1) == NULL);
  end_at(0, 0, 9, true, 1);
  CHECK(is_told(9, 1, 0));
}

TEST(nobody_is_blamed_for_memory_if_no_policy_ever_ran) {
  end_at(0, 0, 0, true, 1);
  told_of(0, 1);
  CHECK(given.culprit_count == 0);
}

TEST(faults_of_one_policy_add_up_beside_those_of_others) {
  for (int i = 0; i < 3; i++) end_at(7, 0, 7, false, 1);
  end_at(0, 7, 0, false, 1);
  end_at(8, 0, 8, false, 1);
  CHECK(is_told(7, 3, 1));
  CHECK(is_told(8, 1, 0));
  CHECK(given.culprit_count == 2);
}

TEST(an_old_fault_is_forgotten_and_a_new_one_keeps_the_old_ones) {
  end_at(7, 0, 0, false, 1);
  end_at(8, 0, 0, false, 1);
  CHECK(told_of(7, 1 + FORGET_NS) != NULL);
  end_at(8, 0, 0, false, 1 + FORGET_NS);
  CHECK(told_of(7, 2 + FORGET_NS) == NULL);
  const struct channel_culprit *other = told_of(8, 2 + FORGET_NS);
  CHECK(other != NULL && other->picks == 2);
  CHECK(told_of(8, 2 + 2 * FORGET_NS) == NULL);
  CHECK(culprits.count == 0);
}

TEST(what_is_forgotten_begins_anew) {
  end_at(7, 0, 0, false, 1);
  end_at(7, 0, 0, false, 2 + FORGET_NS);
  const struct channel_culprit *told = told_of(7, 2 + FORGET_NS);
  CHECK(told != NULL && told->picks == 1);
}

TEST(a_full_table_lets_the_oldest_fault_go) {
  for (uint32_t i = 1; i <= CULPRITS; i++) end_at(i, 0, 0, false, i);
  end_at(1, 0, 0, false, CULPRITS + 1);
  end_at(0, 1000, 0, false, CULPRITS + 2);
  CHECK(told_of(1, CULPRITS + 2) != NULL);
  CHECK(told_of(2, CULPRITS + 2) == NULL);
  CHECK(told_of(3, CULPRITS + 2) != NULL);
  CHECK(told_of(1000, CULPRITS + 2) != NULL);
  CHECK(given.culprit_count == CULPRITS);
}

TEST(garbage_in_a_header_names_a_wrong_policy_and_does_no_more) {
  memset(&header, 0xff, sizeof header);
  for (uint32_t i = 0; i < 10 * CULPRITS; i++)
    end_at(UINT32_MAX - i, UINT32_MAX, UINT32_MAX, i % 2 == 0, 1);
  told_of(0, 1);
  CHECK(given.culprit_count == CULPRITS && culprits.count == CULPRITS);
}
