/* See report.h. */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void report_format(char *text, size_t capacity, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, capacity, format, arguments);
  va_end(arguments);
}

void report(const char *format, ...) {
  static const char PREFIX[] = "scheduler: ";
  char line[1024];
  size_t used = sizeof PREFIX - 1;
  memcpy(line, PREFIX, used);
  va_list arguments;
  va_start(arguments, format);
  int wanted = vsnprintf(line + used, sizeof line - used - 1, format,
                         arguments);
  va_end(arguments);
  if (wanted < 0) return;
  size_t room = sizeof line - used - 2;
  used += (size_t)wanted < room ? (size_t)wanted : room;
  line[used++] = '\n';
  /* A stderr that nobody reads must not matter. */
  ssize_t ignored = write(STDERR_FILENO, line, used);
  (void)ignored;
}
