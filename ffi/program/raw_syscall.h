/* System calls without a libc, for the files that run before one is there
 * (program.c, containment.c): no errno, no globals, negative results are
 * -errno. */
#ifndef RAW_SYSCALL_H
#define RAW_SYSCALL_H

static inline long raw_syscall(long number, long a, long b, long c, long d,
                               long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
                     "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

#endif
