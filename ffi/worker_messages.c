/* See worker_messages.h. */
#include "worker_messages.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How a runtime's words on its own end begin, and up to which sign they hold
 * nothing of a policy. */
static const struct last_words {
  const char *start;
  const char *until;
} LAST_WORDS[] = {
    {"# Fatal", ":"},          /* V8 */
    {"fatal", ":"},            /* V8, out of memory */
    {"thread '", ":"},         /* Rust */
    {"error: Uncaught", "("},  /* Deno */
    {"error: ", ""},           /* Deno: only that there was one */
    {"scheduler: ", "\n"},     /* program.c */
};

/* How much of the line may be passed on; 0 if nothing. */
static size_t harmless_length(const char *line, size_t length) {
  for (size_t i = 0; i < sizeof LAST_WORDS / sizeof LAST_WORDS[0]; i++) {
    size_t end = strlen(LAST_WORDS[i].start);
    if (length < end || memcmp(line, LAST_WORDS[i].start, end) != 0) continue;
    if (LAST_WORDS[i].until[0] == 0) return end - 2;
    while (end < length && end < sizeof((struct worker_messages *)0)->said &&
           line[end] >= ' ' && line[end] != LAST_WORDS[i].until[0])
      end++;
    return end;
  }
  return 0;
}

static void pass_line(struct worker_messages *messages) {
  const char *line = messages->line;
  if (host_log_pass(messages->log, line, messages->length)) return;
  size_t length = harmless_length(line, messages->length);
  char text[sizeof messages->said];
  snprintf(text, sizeof text, "%.*s", (int)length, line);
  if (length == 0 || strcmp(text, messages->said) == 0) return;
  memcpy(messages->said, text, sizeof text);
  host_log_say(messages->log, LOG_WARN, "The worker's runtime says: %s",
               text);
}

void worker_messages_begin(struct worker_messages *messages,
                           struct host_log *log) {
  messages->log = log;
  messages->length = 0;
}

void worker_messages_take(struct worker_messages *messages, int pipe) {
  char bytes[4096];
  ssize_t got = read(pipe, bytes, sizeof bytes);
  for (ssize_t i = 0; i < got; i++) {
    if (bytes[i] == '\n') {
      pass_line(messages);
      messages->length = 0;
    } else if (messages->length < sizeof messages->line) {
      messages->line[messages->length++] = bytes[i];
    }
  }
}
