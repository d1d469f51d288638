/* Runs a program on a kernel that lacks some system calls:
 *
 *   without_syscall CALLS ERROR PROGRAM [ARGUMENT …]
 *
 * CALLS are numbers, or some names below, with commas between; ERROR is
 * ENOSYS, EPERM, another of those below, or a number. A seccomp filter
 * answers these calls with that error, in PROGRAM and all its children.
 * Exit code 2 when it is not used so, 3 when the kernel refuses the filter.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALLS_LIMIT 64u

struct name {
  const char *name;
  unsigned number;
};

/* Some numbers are newer than the headers of old systems. */
static const struct name CALLS[] = {
    {"mmap", SYS_mmap},
    {"socketpair", SYS_socketpair},
    {"clone", SYS_clone},
    {"fork", SYS_fork},
    {"vfork", SYS_vfork},
    {"execve", SYS_execve},
    {"setrlimit", SYS_setrlimit},
    {"futex", SYS_futex},
    {"fallocate", SYS_fallocate},
    {"ftruncate", SYS_ftruncate},
    {"pipe2", SYS_pipe2},
    {"prlimit64", SYS_prlimit64},
    {"seccomp", SYS_seccomp},
    {"getrandom", SYS_getrandom},
    {"memfd_create", SYS_memfd_create},
    {"pidfd_send_signal", 424},
    {"pidfd_open", 434},
    {"clone3", 435},
    {"close_range", 436},
    {"landlock_create_ruleset", 444},
    {"landlock_restrict_self", 446},
};

static const struct name ERRORS[] = {
    {"EPERM", EPERM},   {"EAGAIN", EAGAIN}, {"ENOMEM", ENOMEM},
    {"EACCES", EACCES}, {"EINVAL", EINVAL}, {"ENFILE", ENFILE},
    {"EMFILE", EMFILE}, {"ENOSPC", ENOSPC}, {"ENOSYS", ENOSYS},
};

static unsigned number_of(const char *text, const struct name *names,
                          size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(text, names[i].name) == 0) return names[i].number;
  char *end;
  unsigned long number = strtoul(text, &end, 10);
  if (*text == 0 || *end != 0) {
    fprintf(stderr, "without_syscall: what is \"%s\"?\n", text);
    exit(2);
  }
  return (unsigned)number;
}

static unsigned compose(char *calls, unsigned error,
                        struct sock_filter *filter) {
  unsigned used = 0;
  filter[used++] = (struct sock_filter)BPF_STMT(
      BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  unsigned taken = 0;
  for (char *call = strtok(calls, ","); call != NULL && taken < CALLS_LIMIT;
       call = strtok(NULL, ","), taken++) {
    unsigned number =
        number_of(call, CALLS, sizeof CALLS / sizeof CALLS[0]);
    filter[used++] = (struct sock_filter)BPF_JUMP(
        BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
    filter[used++] = (struct sock_filter)BPF_STMT(
        BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error);
  }
  filter[used++] =
      (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  return used;
}

int main(int count, char **words) {
  if (count < 4) {
    fprintf(stderr, "without_syscall CALLS ERROR PROGRAM [ARGUMENT …]\n");
    return 2;
  }
  struct sock_filter filter[2 * CALLS_LIMIT + 2];
  unsigned error =
      number_of(words[2], ERRORS, sizeof ERRORS / sizeof ERRORS[0]);
  struct sock_fprog program = {.filter = filter};
  program.len = (unsigned short)compose(words[1], error, filter);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    perror("without_syscall: the kernel refuses the filter");
    return 3;
  }
  execvp(words[3], words + 3);
  perror(words[3]);
  return 127;
}
