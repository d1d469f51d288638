/* Binds to the oldest version of symbols that glibc 2.32 and 2.34 gave a new
 * one, so that a library built on a new system loads on an old one, as far
 * back as the program behind it does (glibc 2.27). Included by each file of
 * the shim, through the compiler's -include.
 */
#ifndef OLD_GLIBC_H
#define OLD_GLIBC_H

#if defined(__x86_64__) && defined(__gnu_linux__)
__asm__(".symver dladdr,dladdr@GLIBC_2.2.5\n"
        ".symver pthread_create,pthread_create@GLIBC_2.2.5\n"
        ".symver pthread_detach,pthread_detach@GLIBC_2.2.5\n"
        ".symver pthread_join,pthread_join@GLIBC_2.2.5\n"
        ".symver pthread_sigmask,pthread_sigmask@GLIBC_2.2.5\n"
        ".symver pthread_condattr_setclock,"
        "pthread_condattr_setclock@GLIBC_2.3.3\n");
#endif

#endif
