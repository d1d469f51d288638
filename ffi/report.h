/* What the host side says to people: one line each on stderr, as the host's
 * own messages before its log is set up. Never bytes of a request.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stddef.h>

/* [any thread] snprintf, cut to capacity, always terminated. */
__attribute__((format(printf, 3, 4))) void report_format(char *text,
                                                         size_t capacity,
                                                         const char *format,
                                                         ...);

/* [any thread] "scheduler: <text>\n" in one write. */
__attribute__((format(printf, 1, 2))) void report(const char *format, ...);

#endif
