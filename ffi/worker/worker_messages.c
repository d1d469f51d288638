/* See worker_messages.h. */
#include "worker_messages.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Entries that are taken at a time. A guess: more than one turn of the
 * worker writes. */
#define ENTRIES_AT_A_TIME 16

void worker_messages_begin(struct worker_messages *messages,
                           struct host_log *log, struct policy_names *names) {
  *messages = (struct worker_messages){.log = log, .names = names};
}

bool worker_messages_take_entries(struct worker_messages *messages,
                                  int entries) {
  char bytes[LOG_ENTRY_BYTES + 1]; /* one that is too long shows it */
  for (int i = 0; i < ENTRIES_AT_A_TIME; i++) {
    ssize_t got = recv(entries, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got <= 0) return false;
    if (!policy_names_take(messages->names, bytes, (size_t)got))
      host_log_pass(messages->log, bytes, (size_t)got);
  }
  return true;
}

/* Appends to the first words: lines on one line, and no character that is
 * not plain. */
static void keep(struct worker_messages *messages, const char *bytes,
                 size_t length) {
  char *words = messages->words;
  size_t used = strlen(words);
  for (size_t i = 0; i < length && used + 3 < sizeof messages->words; i++) {
    char byte = bytes[i];
    if (byte == '\n') {
      messages->ended = used > 0;
      continue;
    }
    if (messages->ended) {
      words[used++] = ';';
      words[used++] = ' ';
    }
    messages->ended = false;
    words[used++] = byte >= ' ' && byte <= '~' ? byte : '?';
  }
  words[used] = 0;
}

void worker_messages_take_words(struct worker_messages *messages, int pipe) {
  char bytes[4096];
  ssize_t got = read(pipe, bytes, sizeof bytes);
  if (got <= 0) return;
  if (!messages->serves) {
    keep(messages, bytes, (size_t)got);
    return;
  }
  if (messages->hushed) return;
  messages->hushed = true;
  host_log_say(messages->log, LOG_WARN,
               "The worker's runtime has written to its stderr; a policy may "
               "have a part in what it says, so that is not passed on");
}

void worker_messages_serving(struct worker_messages *messages) {
  messages->serves = true;
  if (messages->words[0] != 0)
    host_log_say(messages->log, LOG_WARN, "The worker says at its start: %s",
                 messages->words);
}

const char *worker_messages_words(const struct worker_messages *messages) {
  return messages->words;
}
