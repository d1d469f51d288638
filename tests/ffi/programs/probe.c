/* Tries what a worker must not do, in the worker's place: attached behind
 * the shim and run as `serve` by containment_test.ts.
 *
 *   probe COMMAND denied        a line "ERROR NAME" for each attempt
 *   probe COMMAND processes     the same, what /proc shows of the parent
 *   probe COMMAND domain FILE   the same, what Landlock alone denies
 *   probe COMMAND descriptors   the numbers of all that are open
 *   probe COMMAND cores         the limit for core dumps
 *   probe COMMAND capabilities  permitted and effective ones, as numbers
 *   probe COMMAND landlock      its version here; -1: the kernel has none
 *   probe COMMAND folder        the one that it is in
 *   probe COMMAND abort | i386  ends by a signal
 *
 * Attempts are made so that one which is let through does no harm.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define X32 0x40000000

/* Stand for arguments that are known at run time only. */
#define PARENT (LONG_MIN + 1)
#define PARENT_GROUP (LONG_MIN + 2)
#define OWN (LONG_MIN + 3)
#define BUFFER (LONG_MIN + 4)
#define PATH (LONG_MIN + 5) /* in a folder that is not there */

struct attempt {
  const char *name;
  long number;
  long arguments[6];
};

#define HERE AT_FDCWD

static const struct attempt ATTEMPTS[] = {
#include "attempts.h"
};

static long argument(long value) {
  static union {
    siginfo_t info;
    char bytes[256];
  } buffer;
  buffer.info.si_code = SI_QUEUE;
  switch (value) {
    case PARENT:
      return getppid();
    case PARENT_GROUP:
      return -getppid();
    case OWN:
      return getpid();
    case BUFFER:
      return (long)&buffer;
    case PATH:
      return (long)"/not-there/file";
    default:
      return value;
  }
}

static const char *error_name(int error) {
  static char number[16];
  if (error == EPERM) return "EPERM";
  if (error == EACCES) return "EACCES";
  if (error == ENOSYS) return "ENOSYS";
  snprintf(number, sizeof number, "errno-%d", error);
  return number;
}

static void print_result(long result, const char *name) {
  printf("%s %s\n", result >= 0 ? "ok" : error_name(errno), name);
}

/* A child that was let through ends at once. */
static void print_child(long child, const char *name) {
  if (child == 0) _exit(0);
  if (child > 0) waitpid((pid_t)child, NULL, 0);
  print_result(child, name);
}

static int try_denied(void) {
  for (size_t i = 0; i < sizeof ATTEMPTS / sizeof ATTEMPTS[0]; i++) {
    const struct attempt *attempt = &ATTEMPTS[i];
    const long *a = attempt->arguments;
    fflush(stdout);
    long result = syscall(attempt->number, argument(a[0]), argument(a[1]),
                          argument(a[2]), argument(a[3]), argument(a[4]),
                          argument(a[5]));
    print_result(result, attempt->name);
  }
  fflush(stdout);
  print_child(syscall(SYS_fork), "fork");
  print_child(fork(), "fork of libc");
  print_child(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0), "clone of a process");
  pid_t child = vfork();
  if (child == 0) _exit(0);
  print_child(child, "vfork");
  print_result(setsid(), "setsid");
  return 0;
}

static int try_processes(void) {
  const char *const names[] = {"mem",  "environ", "maps", "auxv",
                               "fd/0", "cwd/",    "root/"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", getppid(), names[i]);
    print_result(open(path, O_RDONLY), names[i]);
  }
  return 0;
}

static int try_domain(const char *file) {
  char path[64];
  print_result(open(file, O_WRONLY), "write a file");
  print_result(open(file, O_RDONLY), "read a file");
  print_result(unlink(file), "remove a file");
  snprintf(path, sizeof path, "%s-new", file);
  print_result(open(path, O_WRONLY | O_CREAT, 0600), "make a file");
  print_result(mkdir(path, 0700), "make a folder");
  print_result(execl("/bin/true", "true", NULL), "run a program");
  print_result(kill(getppid(), 0), "signal the parent");
  print_result(kill(getpid(), 0), "signal itself");
  return 0;
}

static int print_descriptors(void) {
  DIR *list = opendir("/proc/self/fd");
  if (list == NULL) return 1;
  for (struct dirent *entry; (entry = readdir(list)) != NULL;)
    if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(list))
      puts(entry->d_name);
  closedir(list);
  return 0;
}

/* Bits of linux/capability.h. */
static int print_capabilities(void) {
  char line[256];
  FILE *status = fopen("/proc/self/status", "r");
  if (status == NULL) return 1;
  while (fgets(line, sizeof line, status) != NULL)
    if (strncmp(line, "CapPrm:", 7) == 0 || strncmp(line, "CapEff:", 7) == 0)
      printf("%llu\n", strtoull(line + 7, NULL, 16));
  fclose(status);
  return 0;
}

static int print_folder(void) {
  char path[PATH_MAX];
  puts(getcwd(path, sizeof path) == NULL ? "?" : path);
  return 0;
}

static int print_landlock(void) {
  printf("%ld\n", syscall(444, NULL, 0, 1));
  return 0;
}

static int print_core_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_CORE, &limit) != 0) return 1;
  printf("%lu %lu\n", limit.rlim_cur, limit.rlim_max);
  return 0;
}

static int call_as_i386(void) {
  long result = 20; /* getpid there */
  __asm__ volatile("int $0x80" : "+a"(result) : : "memory");
  printf("ok %d\n", result == getpid());
  return 0;
}

int main(int count, char **words) {
  const char *what = count > 2 ? words[2] : "";
  if (strcmp(what, "denied") == 0) return try_denied();
  if (strcmp(what, "processes") == 0) return try_processes();
  if (strcmp(what, "domain") == 0 && count > 3) return try_domain(words[3]);
  if (strcmp(what, "descriptors") == 0) return print_descriptors();
  if (strcmp(what, "cores") == 0) return print_core_limit();
  if (strcmp(what, "capabilities") == 0) return print_capabilities();
  if (strcmp(what, "landlock") == 0) return print_landlock();
  if (strcmp(what, "i386") == 0) return call_as_i386();
  if (strcmp(what, "folder") == 0) return print_folder();
  if (strcmp(what, "abort") == 0) abort();
  return 2;
}
