/* See worker_answers.h. */
#include "worker_answers.h"

#include <stdlib.h>
#include <string.h>

bool worker_answers_are_envelope(const uint8_t *bytes, size_t length) {
  static const char START[] = "{\"ok\":";
  return length > sizeof START &&
         memcmp(bytes, START, sizeof START - 1) == 0 &&
         bytes[length - 1] == '}';
}

enum channel_status worker_answers_ask(struct channel *channel,
                               const struct channel_call *call,
                               struct channel_answer *answer) {
  enum channel_status status = channel_call(channel, call, answer);
  if (status == CHANNEL_ANSWERED &&
      !worker_answers_are_envelope(answer->bytes, answer->answer_bytes)) {
    free(answer->bytes);
    *answer = (struct channel_answer){0};
    return CHANNEL_CORRUPT;
  }
  return status;
}

bool worker_answers_read_publication(const struct channel_answer *answer,
                             struct publication *publication) {
  if (answer->publish_bytes == 0 ||
      !publication_read(answer->bytes + answer->answer_bytes,
                        answer->publish_bytes, publication))
    return false;
  const uint8_t *at = publication->answers;
  for (uint32_t i = 0; i < publication->distinct; i++) {
    uint32_t length = publication_word(at);
    if (!worker_answers_are_envelope(at + 4, length)) return false;
    at += 4 + length;
  }
  return true;
}

void worker_answers_give(struct channel_answer *answer, cliproxy_buffer *response) {
  if (response == NULL)
    free(answer->bytes);
  else
    *response = (cliproxy_buffer){answer->bytes, answer->answer_bytes};
}
