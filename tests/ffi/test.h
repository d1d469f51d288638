/* A test framework in two macros and one main:
 *
 *   TEST(name) { CHECK(1 + 1 == 2); }
 *
 * The program prints its tests' names with --list, and runs the ones named,
 * saying so at the end of each; exit code 1 if a check failed. c_test.ts
 * makes one test of each.
 */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test {
  const char *name;
  void (*run)(void);
  struct test *next;
};

static struct test *tests;
static _Atomic int failed_checks;

#define TEST(title)                                                           \
  static void title(void);                                                    \
  __attribute__((constructor)) static void add_##title(void) {                \
    static struct test test = {#title, title, NULL};                          \
    test.next = tests;                                                        \
    tests = &test;                                                            \
  }                                                                           \
  static void title(void)

#define CHECK(condition)                                                      \
  do {                                                                        \
    if (!(condition)) {                                                       \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__,              \
              #condition);                                                    \
      failed_checks++;                                                        \
    }                                                                         \
  } while (0)

int main(int count, char **words) {
  for (struct test *test = tests; test != NULL; test = test->next) {
    if (count == 2 && strcmp(words[1], "--list") == 0) puts(test->name);
    for (int i = 1; i < count; i++)
      if (strcmp(words[i], test->name) == 0) {
        test->run();
        printf("ran %s\n", test->name);
      }
  }
  return failed_checks > 0;
}

#endif
