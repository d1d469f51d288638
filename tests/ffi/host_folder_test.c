/* What a worker is told of where its host stands. */
#define _GNU_SOURCE
#include "worker/host_folder.h"

#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

/* Whether a folder of this name is told as it is, or as "/". */
static bool is_told(const char *name) {
  char parent[] = "/tmp/host-folder-XXXXXX", folder[PATH_MAX];
  CHECK(mkdtemp(parent) != NULL && chdir(parent) == 0);
  CHECK(mkdir(name, 0700) == 0 && chdir(name) == 0);
  host_folder_find(folder);
  const char *end = strrchr(folder, '/');
  bool told = end != NULL && strcmp(end + 1, name) == 0;
  CHECK(told || strcmp(folder, "/") == 0);
  CHECK(chdir(parent) == 0 && rmdir(name) == 0);
  CHECK(chdir("/") == 0 && rmdir(parent) == 0);
  return told;
}

TEST(a_folder_is_told_by_its_name) {
  CHECK(is_told("folder"));
  CHECK(is_told("with space, \"quotes\" and\nlines"));
  CHECK(is_told("\x7f \xc2\x80 \xdf\xbf"));
  CHECK(is_told("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"));
  CHECK(is_told("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
}

TEST(a_name_that_is_no_utf8_is_told_as_the_root) {
  static const char *const names[] = {
      "\xff",         "\x80",         "\xc3",         "a\xc3z",
      "\xc1\xbf",     "\xe0\x9f\xbf", "\xe2\x82",     "\xed\xa0\x80",
      "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
      "\xf0\x9f\x98", "\xe2\x82z",
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    CHECK(!is_told(names[i]));
}

TEST(a_folder_that_is_gone_is_told_as_the_root) {
  char gone[] = "/tmp/host-folder-XXXXXX", folder[PATH_MAX] = "unset";
  CHECK(mkdtemp(gone) != NULL && chdir(gone) == 0 && rmdir(gone) == 0);
  host_folder_find(folder);
  CHECK(strcmp(folder, "/") == 0);
}
