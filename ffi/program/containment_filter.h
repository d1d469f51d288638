/* The system calls that the worker is denied, with EPERM, as a seccomp filter
 * (containment.c installs it). What it does not name goes through, so that a
 * newer runtime keeps working. */
#ifndef CONTAINMENT_FILTER_H
#define CONTAINMENT_FILTER_H

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>

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

/* The arguments that are looked at are 32 bits wide, or have nothing to look
 * at in their upper half: LOAD takes the lower one. */
#define ONLY_WHEN(number, argument, value)                                    \
  IF_EQUAL(number, 0, 4), LOAD(args[argument]), IF_EQUAL(value, 0, 1), ALLOW, \
      FAIL(EPERM)
#define NEVER_WITH_BITS(number, argument, bits)                               \
  IF_EQUAL(number, 0, 4), LOAD(args[argument]), IF_ANY_BIT(bits, 1, 0),       \
      ALLOW, FAIL(EPERM)
#define ONLY_WHEN_EITHER(number, argument, value, other)                      \
  IF_EQUAL(number, 0, 5), LOAD(args[argument]), IF_EQUAL(value, 1, 0),        \
      IF_EQUAL(other, 0, 1), ALLOW, FAIL(EPERM)

/* First system call of the x32 ABI, which numbers them anew. */
#define X32_START 0x40000000

/* Newer than some headers; the same on all processors. */
#define NR_PIDFD_SEND_SIGNAL 424
#define NR_IO_URING_SETUP 425
#define NR_IO_URING_ENTER 426
#define NR_IO_URING_REGISTER 427
#define NR_OPEN_TREE 428
#define NR_MOVE_MOUNT 429
#define NR_FSOPEN 430
#define NR_FSCONFIG 431
#define NR_FSMOUNT 432
#define NR_FSPICK 433
#define NR_PIDFD_OPEN 434
#define NR_CLONE3 435
#define NR_OPENAT2 437
#define NR_PIDFD_GETFD 438
#define NR_PROCESS_MADVISE 440
#define NR_MOUNT_SETATTR 442
#define NR_QUOTACTL_FD 443
#define NR_PROCESS_MRELEASE 448
#define NR_FCHMODAT2 452
#define NR_SETXATTRAT 463
#define NR_REMOVEXATTRAT 466
#define NR_OPEN_TREE_ATTR 467

/* Of fcntl and ioctl; not all headers have them all. */
#define FCNTL_SETOWN 8
#define FCNTL_SETSIG 10
#define FCNTL_SETOWN_EX 15
#define IOCTL_TIOCSPGRP 0x5410
#define IOCTL_TIOCSTI 0x5412
#define IOCTL_TIOCLINUX 0x541c
#define IOCTL_FIOSETOWN 0x8901
#define IOCTL_SIOCSPGRP 0x8902

/* The flags of clone for namespaces of one's own. */
#define NEW_NAMESPACES                                                        \
  (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |              \
   CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/* The flags of open that do more than read. */
#define OPEN_TO_CHANGE (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)

/* Of socketpair; the type's upper bits are flags. */
#define SOCKETS_UNIX 1
#define SOCKET_STREAM 1
#define SOCKET_SEQPACKET 5
#define SOCKET_TYPE_BITS 15

/* Of fallocate: every mode but plain reserving. */
#define ALLOCATE_MODES 0xff

/* Of madvise: MADV_REMOVE, which not all headers show. */
#define ADVICE_REMOVE 9

/* Stands in the filter where our own process id goes. */
#define OWN_PID 0xffffffffu

static struct sock_filter filter[] = {
    LOAD(arch),
    IF_EQUAL(AUDIT_ARCH_X86_64, 1, 0),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
    /* By far the most frequent: it need not go through the list. */
    IF_EQUAL(SYS_futex, 0, 1),
    ALLOW,
    IF_AT_LEAST(X32_START, 0, 1),
    FAIL(EPERM),

    /* The network. */
    DENY(SYS_socket),
    DENY(SYS_connect),
    DENY(SYS_bind),
    DENY(SYS_listen),

    /* Other programs. */
    DENY(SYS_execve),
    DENY(SYS_execveat),
    DENY(SYS_fork),
    DENY(SYS_vfork),

    /* Other processes: memory, files, signals, limits, share of the
     * processor. setpgid and setsid: the host ends the worker by its group.
     */
    DENY(SYS_ptrace),
    DENY(SYS_process_vm_readv),
    DENY(SYS_process_vm_writev),
    DENY(NR_PROCESS_MADVISE),
    DENY(NR_PROCESS_MRELEASE),
    DENY(SYS_move_pages),
    DENY(SYS_migrate_pages),
    DENY(SYS_get_robust_list),
    DENY(SYS_kcmp),
    DENY(NR_PIDFD_OPEN),
    DENY(NR_PIDFD_GETFD),
    DENY(NR_PIDFD_SEND_SIGNAL),
    DENY(SYS_setpgid),
    DENY(SYS_setsid),
    DENY(SYS_ioprio_set),

    /* Queues and memory that other processes of the same user have open. */
    DENY(SYS_shmget),
    DENY(SYS_shmat),
    DENY(SYS_shmctl),
    DENY(SYS_semget),
    DENY(SYS_semop),
    DENY(SYS_semtimedop),
    DENY(SYS_semctl),
    DENY(SYS_msgget),
    DENY(SYS_msgsnd),
    DENY(SYS_msgrcv),
    DENY(SYS_msgctl),
    DENY(SYS_mq_open),
    DENY(SYS_mq_unlink),

    /* Doors into the kernel that the runtime has no use for. */
    DENY(SYS_bpf),
    DENY(NR_IO_URING_SETUP),
    DENY(NR_IO_URING_ENTER),
    DENY(NR_IO_URING_REGISTER),
    DENY(SYS_perf_event_open),
    DENY(SYS_userfaultfd),
    DENY(SYS_fanotify_init),
    DENY(SYS_modify_ldt),
    DENY(SYS_keyctl),
    DENY(SYS_add_key),
    DENY(SYS_request_key),
    DENY(SYS_init_module),
    DENY(SYS_finit_module),
    DENY(SYS_delete_module),
    DENY(SYS_kexec_load),
    DENY(SYS_kexec_file_load),

    /* The whole machine, where the host runs as root. */
    DENY(SYS_reboot),
    DENY(SYS_swapon),
    DENY(SYS_swapoff),
    DENY(SYS_acct),
    DENY(SYS_syslog),
    DENY(SYS_quotactl),
    DENY(NR_QUOTACTL_FD),
    DENY(SYS_sethostname),
    DENY(SYS_setdomainname),
    DENY(SYS_settimeofday),
    DENY(SYS_clock_settime),
    DENY(SYS_adjtimex),
    DENY(SYS_clock_adjtime),
    DENY(SYS_iopl),
    DENY(SYS_ioperm),
    DENY(SYS_vhangup),

    /* The view of the file system. */
    DENY(SYS_mount),
    DENY(SYS_umount2),
    DENY(NR_OPEN_TREE),
    DENY(NR_OPEN_TREE_ATTR),
    DENY(NR_MOVE_MOUNT),
    DENY(NR_FSOPEN),
    DENY(NR_FSCONFIG),
    DENY(NR_FSMOUNT),
    DENY(NR_FSPICK),
    DENY(NR_MOUNT_SETATTR),
    DENY(SYS_pivot_root),
    DENY(SYS_chroot),
    DENY(SYS_setns),
    DENY(SYS_unshare),
    DENY(SYS_open_by_handle_at),

    /* Files are for reading: the program is built without the permission to
     * write any. openat2 keeps its flags in memory; nobody needs it. */
    NEVER_WITH_BITS(SYS_open, 1, OPEN_TO_CHANGE),
    NEVER_WITH_BITS(SYS_openat, 2, OPEN_TO_CHANGE),
    IF_EQUAL(NR_OPENAT2, 0, 1),
    FAIL(ENOSYS),
    DENY(SYS_creat),
    NEVER_WITH_BITS(SYS_fallocate, 1, ALLOCATE_MODES),
    DENY(SYS_truncate),
    DENY(SYS_mknod),
    DENY(SYS_mknodat),
    DENY(SYS_mkdir),
    DENY(SYS_mkdirat),
    DENY(SYS_rmdir),
    DENY(SYS_unlink),
    DENY(SYS_unlinkat),
    DENY(SYS_rename),
    DENY(SYS_renameat),
    DENY(SYS_renameat2),
    DENY(SYS_link),
    DENY(SYS_linkat),
    DENY(SYS_symlink),
    DENY(SYS_symlinkat),
    DENY(SYS_chmod),
    DENY(SYS_fchmod),
    DENY(SYS_fchmodat),
    DENY(NR_FCHMODAT2),
    DENY(SYS_chown),
    DENY(SYS_fchown),
    DENY(SYS_lchown),
    DENY(SYS_fchownat),
    DENY(SYS_utime),
    DENY(SYS_utimes),
    DENY(SYS_futimesat),
    DENY(SYS_utimensat),
    DENY(SYS_setxattr),
    DENY(SYS_lsetxattr),
    DENY(SYS_fsetxattr),
    DENY(NR_SETXATTRAT),
    DENY(SYS_removexattr),
    DENY(SYS_lremovexattr),
    DENY(SYS_fremovexattr),
    DENY(NR_REMOVEXATTRAT),

    /* Holes in the shared memory: the host would need memory anew where it
     * had reserved some. */
    IF_EQUAL(SYS_madvise, 0, 4),
    LOAD(args[2]),
    IF_EQUAL(ADVICE_REMOVE, 0, 1),
    FAIL(EPERM),
    ALLOW,

    /* New threads, no new processes. clone3 keeps its flags in memory, where
     * a filter cannot look; without it libc takes clone. */
    IF_EQUAL(NR_CLONE3, 0, 1),
    FAIL(ENOSYS),
    IF_EQUAL(SYS_clone, 0, 5),
    LOAD(args[0]),
    IF_ANY_BIT(NEW_NAMESPACES, 2, 0),
    IF_ANY_BIT(CLONE_THREAD, 0, 1),
    ALLOW,
    FAIL(EPERM),

    /* Signals to itself: abort() sends one. */
    ONLY_WHEN(SYS_tgkill, 0, OWN_PID),
    ONLY_WHEN(SYS_kill, 0, OWN_PID),
    ONLY_WHEN(SYS_tkill, 0, OWN_PID),
    ONLY_WHEN(SYS_rt_sigqueueinfo, 0, OWN_PID),
    ONLY_WHEN(SYS_rt_tgsigqueueinfo, 0, OWN_PID),

    /* Limits and priorities: its own. setpriority: of one thread, not of all
     * that the user has. */
    ONLY_WHEN_EITHER(SYS_prlimit64, 0, 0, OWN_PID),
    ONLY_WHEN_EITHER(SYS_sched_setaffinity, 0, 0, OWN_PID),
    ONLY_WHEN_EITHER(SYS_sched_setscheduler, 0, 0, OWN_PID),
    ONLY_WHEN_EITHER(SYS_sched_setparam, 0, 0, OWN_PID),
    ONLY_WHEN_EITHER(SYS_sched_setattr, 0, 0, OWN_PID),
    IF_EQUAL(SYS_setpriority, 0, 6),
    LOAD(args[0]),
    IF_EQUAL(PRIO_PROCESS, 0, 3),
    LOAD(args[1]),
    IF_EQUAL(0, 0, 1),
    ALLOW,
    FAIL(EPERM),

    /* A socket pair that is not connected can send to any address. The
     * runtime wakes itself with a connected one. */
    IF_EQUAL(SYS_socketpair, 0, 8),
    LOAD(args[0]),
    IF_EQUAL(SOCKETS_UNIX, 0, 5),
    LOAD(args[1]),
    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, SOCKET_TYPE_BITS),
    IF_EQUAL(SOCKET_STREAM, 1, 0),
    IF_EQUAL(SOCKET_SEQPACKET, 0, 1),
    ALLOW,
    FAIL(EPERM),

    /* A descriptor that is ready can send a signal to any process. */
    IF_EQUAL(SYS_fcntl, 0, 6),
    LOAD(args[1]),
    IF_EQUAL(FCNTL_SETOWN, 3, 0),
    IF_EQUAL(FCNTL_SETOWN_EX, 2, 0),
    IF_EQUAL(FCNTL_SETSIG, 1, 0),
    ALLOW,
    FAIL(EPERM),

    /* The same, and the host's terminal. */
    IF_EQUAL(SYS_ioctl, 0, 8),
    LOAD(args[1]),
    IF_EQUAL(IOCTL_FIOSETOWN, 5, 0),
    IF_EQUAL(IOCTL_SIOCSPGRP, 4, 0),
    IF_EQUAL(IOCTL_TIOCSPGRP, 3, 0),
    IF_EQUAL(IOCTL_TIOCSTI, 2, 0),
    IF_EQUAL(IOCTL_TIOCLINUX, 1, 0),
    ALLOW,
    FAIL(EPERM),

    ALLOW,
};

#endif
