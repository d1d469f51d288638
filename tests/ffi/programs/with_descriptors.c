/* Runs a program with descriptors that it did not ask for:
 *
 *   with_descriptors FIRST LAST PROGRAM [ARGUMENT …]
 *
 * All from FIRST to LAST are open, each on /dev/null.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count < 4) return 2;
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  int first = atoi(words[1]), last = atoi(words[2]);
  int file = open("/dev/null", O_RDONLY);
  for (int fd = first; fd <= last; fd++)
    if (fd != file && dup2(file, fd) < 0) return 3;
  if (file < first || file > last) close(file);
  execvp(words[3], words + 3);
  perror(words[3]);
  return 127;
}
