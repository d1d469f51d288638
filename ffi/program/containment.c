/* See containment.h. Runs without a libc, like program.c: no relocations, no
 * calls out. */
#include "containment.h"

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "channel/channel.h"
#include "containment_filter.h"
#include "raw_syscall.h"

/* Newer than some headers; the same on all processors. */
#define NR_CLOSE_RANGE 436
#define NR_LANDLOCK_CREATE_RULESET 444
#define NR_LANDLOCK_RESTRICT_SELF 446

/* One entry for the host's log, as the worker writes them; to stderr, with the
 * line's end, if there is no host. */
static void say(const char *line, size_t bytes) {
  if (raw_syscall(SYS_write, WORKER_LOG_FD, (long)line, (long)bytes - 1, 0, 0,
                  0) < 0)
    raw_syscall(SYS_write, 2, (long)line, (long)bytes, 0, 0, 0);
}
#define ENTRY(message)                                                        \
  "{\"level\":\"warn\",\"message\":\"scheduler: " message "\",\"fields\":{}}\n"
#define SAY(message) say(ENTRY(message), sizeof ENTRY(message) - 1)

/* A kernel before 5.9: what /proc lists. It lists in order of the numbers,
 * so closing what was listed leaves nothing out. Without /proc the program
 * does not start. */
static void close_one_by_one(long first) {
  char entries[1024] __attribute__((aligned(8)));
  long list = raw_syscall(SYS_open, (long)"/proc/self/fd", 0, 0, 0, 0, 0);
  if (list < 0) return;
  long bytes;
  while ((bytes = raw_syscall(SYS_getdents64, list, (long)entries,
                              sizeof entries, 0, 0, 0)) > 0)
    for (long at = 0; at < bytes;) {
      /* struct linux_dirent64: length at 16, name at 19. */
      long fd = 0;
      const char *name = entries + at + 19;
      for (; *name >= '0' && *name <= '9'; name++)
        fd = fd * 10 + (*name - '0');
      if (*name == 0 && fd >= first && fd != list)
        raw_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
      at += *(const uint16_t *)(const void *)(entries + at + 16);
    }
  raw_syscall(SYS_close, list, 0, 0, 0, 0, 0);
}

static void close_inherited(void) {
  const long first = WORKER_LOG_FD + 1;
  if (raw_syscall(NR_CLOSE_RANGE, first, UINT32_MAX, 0, 0, 0, 0) != 0)
    close_one_by_one(first);
}

/* A limit of 1 byte: none is the one that the kernel does not heed when it
 * hands a dump to a program (fs/coredump.c, do_coredump). */
static void turn_core_dumps_off(void) {
  const struct rlimit tiny = {1, 1};
  const struct rlimit none = {0, 0};
  if (raw_syscall(SYS_setrlimit, RLIMIT_CORE, (long)&tiny, 0, 0, 0, 0) != 0 &&
      raw_syscall(SYS_setrlimit, RLIMIT_CORE, (long)&none, 0, 0, 0, 0) != 0)
    SAY("The worker may leave core dumps: the kernel refused to turn them "
        "off");
}

/* Where the host runs as root: keeps of its capabilities only those that read
 * files whoever owns them. Who has fewer than another process may not look
 * into it. */
static void drop_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  const uint32_t kept = 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH;
  if (raw_syscall(SYS_capget, (long)&header, (long)data, 0, 0, 0, 0) != 0)
    return;
  data[0].effective &= kept;
  data[0].permitted &= kept;
  data[1].effective = data[1].permitted = 0;
  data[0].inheritable = data[1].inheritable = 0;
  raw_syscall(SYS_capset, (long)&header, (long)data, 0, 0, 0, 0);
}

/* What a Landlock domain takes away, with no rule that gives any of it back:
 * linux/landlock.h, which older systems lack. Beside that, nobody in a domain
 * may look into a process outside it (its memory, files or environment, by
 * ptrace or /proc). */
static void enter_domain(void) {
  static const uint64_t files[] = {
      0,
      /* 1: all but reading (bits 2 and 3) of what there was at first */
      (1u << 13) - 1 - (1u << 2) - (1u << 3),
      1u << 13, /* 2: moving between folders */
      1u << 14, /* 3: truncating */
      0,
      1u << 15, /* 5: commands to devices */
  };
  struct {
    uint64_t files, network, scopes;
  } denied = {0, 0, 0};
  long version = raw_syscall(NR_LANDLOCK_CREATE_RULESET, 0, 0,
                             1 /* asks for the version */, 0, 0, 0);
  if (version < 1) return;
  for (long i = 1; i <= version && i <= 5; i++) denied.files |= files[i];
  if (version >= 4) denied.network = 3; /* to bind, to connect */
  if (version >= 6) denied.scopes = 3;  /* abstract sockets, signals */
  long rules = raw_syscall(NR_LANDLOCK_CREATE_RULESET, (long)&denied,
                           sizeof denied, 0, 0, 0, 0);
  if (rules < 0) return;
  raw_syscall(NR_LANDLOCK_RESTRICT_SELF, rules, 0, 0, 0, 0, 0);
  raw_syscall(SYS_close, rules, 0, 0, 0, 0, 0);
}

static long install_filter(void) {
  const unsigned count = sizeof filter / sizeof filter[0];
  long pid = raw_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0);
  for (unsigned i = 0; i < count; i++)
    if (filter[i].k == OWN_PID) filter[i].k = (uint32_t)pid;
  /* Hidden from the compiler: it may keep a ready-made copy of the structure,
   * and the address in that would need a loader. */
  struct sock_filter *first = filter;
  __asm__("" : "+r"(first));
  struct sock_fprog program = {(unsigned short)count, first};
  return raw_syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, (long)&program,
                     0, 0, 0);
}

void contain_worker(void) {
  static const char root[] = "/";
  /* The host's folder may be deleted, or be on a disk to be unmounted. */
  raw_syscall(SYS_chdir, (long)root, 0, 0, 0, 0, 0);
  close_inherited();
  turn_core_dumps_off();
  raw_syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
  drop_capabilities();
  enter_domain();
  if (install_filter() != 0)
    SAY("The worker runs without its system call filter: the kernel refused "
        "it");
}
