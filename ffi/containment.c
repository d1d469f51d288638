/* See containment.h. The filter is a list of what is denied with EPERM; what
 * it does not name goes through, so that a newer runtime keeps working.
 * Runs without a libc, like program.c: no relocations, no calls out. */
#include "containment.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "channel.h"
#include "raw_syscall.h"

#define LOAD(field)                                                           \
  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF_EQUAL(value, then, otherwise)                                      \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, then, otherwise)
#define IF_AT_LEAST(value, then, otherwise)                                   \
  BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, then, otherwise)
#define IF_ANY_BIT(bits, then, otherwise)                                     \
  BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, then, otherwise)
#define RETURN(verdict) BPF_STMT(BPF_RET | BPF_K, verdict)
#define ALLOW RETURN(SECCOMP_RET_ALLOW)
#define FAIL(error) RETURN(SECCOMP_RET_ERRNO | (error))
#define DENY(number) IF_EQUAL(number, 0, 1), FAIL(EPERM)

/* First system call of the x32 ABI, which numbers them anew. */
#define X32_START 0x40000000

/* Newer than some headers; the same on all processors. */
#define NR_PIDFD_SEND_SIGNAL 424
#define NR_IO_URING_SETUP 425
#define NR_IO_URING_ENTER 426
#define NR_IO_URING_REGISTER 427
#define NR_OPEN_TREE 428
#define NR_MOVE_MOUNT 429
#define NR_PIDFD_OPEN 434
#define NR_CLONE3 435
#define NR_CLOSE_RANGE 436
#define NR_PIDFD_GETFD 438
#define NR_PROCESS_MADVISE 440

/* Stands in the filter where our own process id goes. */
#define OWN_PID 0xffffffffu

static struct sock_filter filter[] = {
    LOAD(arch),
    IF_EQUAL(AUDIT_ARCH_X86_64, 1, 0),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
    IF_AT_LEAST(X32_START, 0, 1),
    FAIL(EPERM),

    /* The network. Socket pairs stay: the runtime wakes itself with one. */
    DENY(SYS_socket),
    DENY(SYS_connect),
    DENY(SYS_bind),
    DENY(SYS_listen),

    /* Other programs. */
    DENY(SYS_execve),
    DENY(SYS_execveat),
    DENY(SYS_fork),
    DENY(SYS_vfork),

    /* Other processes: memory, files, signals. */
    DENY(SYS_ptrace),
    DENY(SYS_process_vm_readv),
    DENY(SYS_process_vm_writev),
    DENY(NR_PROCESS_MADVISE),
    DENY(SYS_kcmp),
    DENY(NR_PIDFD_OPEN),
    DENY(NR_PIDFD_GETFD),
    DENY(NR_PIDFD_SEND_SIGNAL),
    DENY(SYS_tkill),
    DENY(SYS_rt_sigqueueinfo),
    DENY(SYS_rt_tgsigqueueinfo),

    /* Doors into the kernel that the runtime has no use for. */
    DENY(SYS_bpf),
    DENY(NR_IO_URING_SETUP),
    DENY(NR_IO_URING_ENTER),
    DENY(NR_IO_URING_REGISTER),
    DENY(SYS_perf_event_open),
    DENY(SYS_userfaultfd),
    DENY(SYS_keyctl),
    DENY(SYS_add_key),
    DENY(SYS_request_key),
    DENY(SYS_init_module),
    DENY(SYS_finit_module),
    DENY(SYS_delete_module),
    DENY(SYS_kexec_load),

    /* The view of the file system. */
    DENY(SYS_mount),
    DENY(SYS_umount2),
    DENY(NR_OPEN_TREE),
    DENY(NR_MOVE_MOUNT),
    DENY(SYS_pivot_root),
    DENY(SYS_chroot),
    DENY(SYS_setns),
    DENY(SYS_unshare),
    DENY(SYS_open_by_handle_at),

    /* New threads, no new processes. clone3 keeps its flags in memory, where
     * a filter cannot look; without it libc takes clone. */
    IF_EQUAL(NR_CLONE3, 0, 1),
    FAIL(ENOSYS),
    IF_EQUAL(SYS_clone, 0, 4),
    LOAD(args[0]),
    IF_ANY_BIT(CLONE_THREAD, 0, 1),
    ALLOW,
    FAIL(EPERM),

    /* Signals to itself: abort() sends one. */
    IF_EQUAL(SYS_tgkill, 1, 0),
    IF_EQUAL(SYS_kill, 0, 4),
    LOAD(args[0]),
    IF_EQUAL(OWN_PID, 0, 1),
    ALLOW,
    FAIL(EPERM),
    ALLOW,
};

/* One entry for the host's log, as the worker writes them. */
static void say(const char *line, size_t bytes) {
  raw_syscall(SYS_write, 2, (long)line, (long)bytes, 0, 0, 0);
}
#define SAY(message)                                                          \
  say("{\"level\":\"warn\",\"message\":\"" message "\",\"fields\":{}}\n",     \
      sizeof("{\"level\":\"warn\",\"message\":\"" message                     \
             "\",\"fields\":{}}"))

static long install_filter(void) {
  const unsigned count = sizeof filter / sizeof filter[0];
  long pid = raw_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0);
  for (unsigned i = 0; i < count; i++)
    if (filter[i].k == OWN_PID) filter[i].k = (uint32_t)pid;
  struct sock_fprog program = {(unsigned short)count, filter};
  long error =
      raw_syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
  if (error != 0) return error;
  return raw_syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, (long)&program,
                     0, 0, 0);
}

void contain_worker(void) {
  const struct rlimit none = {0, 0};
  if (raw_syscall(NR_CLOSE_RANGE, WORKER_LIFE_LINE_FD + 1, UINT32_MAX, 0, 0,
                  0, 0) != 0) {
    /* A kernel before 5.9: one by one, as far as hosts usually go. */
    for (long fd = WORKER_LIFE_LINE_FD + 1; fd < 4096; fd++)
      raw_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
  }
  if (raw_syscall(SYS_setrlimit, RLIMIT_CORE, (long)&none, 0, 0, 0, 0) != 0)
    SAY("The worker may leave core dumps: the kernel refused to turn them "
        "off");
  if (install_filter() != 0)
    SAY("The worker runs without its system call filter: the kernel refused "
        "it");
}
