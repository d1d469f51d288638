/* What a worker gives back at rest comes back when it is touched, and nothing
 * else is given back: not what the loader has written, nor anything that is in
 * use. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#include "test.h"

void sched_worker_rest(void);

#define WORDS (1u << 18)

/* In the file, a page of its own and more. */
static const uint8_t constants[WORDS] = {[0] = 1, [WORDS / 2] = 2, [WORDS - 1] = 3};
static uint8_t written[WORDS] = {[7] = 1};

static int one(void) { return 1; }
static int two(void) { return 2; }

/* The loader writes their addresses, and then none may write. */
static int (*const functions[])(void) = {one, two};
static const char *const texts[] = {"a text", "another"};

static uint64_t sum(const volatile uint8_t *bytes) {
  uint64_t all = 0;
  for (size_t i = 0; i < WORDS; i++) all = all * 31 + bytes[i];
  return all;
}

TEST(all_is_there_afterwards) {
  int (*const volatile *first)(void) = functions;
  uint64_t before = sum(constants);
  char *kept = strdup("on the heap");
  void *freed = malloc(WORDS);
  memset(freed, 1, WORDS);
  free(freed);
  memset(written, 9, sizeof written);
  uint64_t written_before = sum(written);
  for (int i = 0; i < 3; i++) {
    sched_worker_rest();
    CHECK(sum(constants) == before);
    CHECK(sum(written) == written_before);
    CHECK(first[0]() == 1 && first[1]() == 2);
    CHECK(strcmp(texts[0], "a text") == 0 && strcmp(texts[1], "another") == 0);
    CHECK(strcmp(kept, "on the heap") == 0);
    CHECK(dlsym(RTLD_DEFAULT, "malloc") != NULL);
  }
  free(kept);
}

/* KiB of our own file that are present and were never written. */
static unsigned long clean_kib(void) {
  char line[4096];
  unsigned long clean = 0, kib;
  FILE *maps = fopen("/proc/self/smaps", "r");
  while (maps != NULL && fgets(line, sizeof line, maps) != NULL)
    if (sscanf(line, "Private_Clean: %lu", &kib) == 1 ||
        sscanf(line, "Shared_Clean: %lu", &kib) == 1)
      clean += kib;
  if (maps != NULL) fclose(maps);
  return clean;
}

TEST(pages_of_files_are_given_back) {
  CHECK(sum(constants) != 0);
  unsigned long before = clean_kib();
  sched_worker_rest();
  CHECK(clean_kib() < before);
}
