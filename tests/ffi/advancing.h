/* For the tests of answers in advance: requests as the host writes them, a
 * worker that says what a test wants, and what is served then.
 */
#ifndef ADVANCING_H
#define ADVANCING_H

#include <stdarg.h>

#include "cache/advance.h"
#include "channel/channel.h"
#include "publishing.h"
#include "test.h"

static struct advance advance = {.lock = PTHREAD_MUTEX_INITIALIZER};

#define WORKER 9u

struct request {
  uint8_t *bytes;
  size_t length;
  size_t tail_bytes;
};

/* `middle` is the text after "Options":, `list` what stands in the list. Of
 * exactly the length that it needs, so that a sanitizer sees more. */
static struct request request_of(const char *model, const char *middle,
                                 const char *list) {
  static const char HEAD[] =
      "{\"Plugin\":{\"Name\":\"n\"},\"Provider\":\"\",\"Providers\":[\"p\"],"
      "\"Model\":\"%s\",\"Stream\":true,\"Options\":%s";
  int head = snprintf(NULL, 0, HEAD, model, middle);
  int tail = snprintf(NULL, 0, ",\"Candidates\":[%s]}", list);
  char *text = malloc((size_t)(head + tail) + 1);
  sprintf(text, HEAD, model, middle);
  sprintf(text + head, ",\"Candidates\":[%s]}", list);
  uint8_t *bytes = malloc((size_t)(head + tail));
  memcpy(bytes, text, (size_t)(head + tail));
  free(text);
  return (struct request){bytes, (size_t)(head + tail), (size_t)tail};
}

#define EMPTY "{\"Headers\":{},\"Metadata\":{}}"

static inline struct request request_to(const char *list) {
  return request_of("m", EMPTY, list);
}

/* What is served: the answer as a text for free(), or NULL. */
static char *serve(const struct request *request,
                   struct advance_question *question, bool *low) {
  cliproxy_buffer response = {0};
  unsigned shard = readers_enter(&advance.readers);
  bool served = advance_serve(&advance, request->bytes, request->length,
                              &response, question, low);
  readers_leave(&advance.readers, shard);
  CHECK(served == (response.ptr != NULL));
  if (!served) return NULL;
  char *text = malloc(response.len + 1);
  memcpy(text, response.ptr, response.len);
  text[response.len] = 0;
  free(response.ptr);
  return text;
}

/* Whether this is served; NULL: nothing is. */
static bool serves(const struct request *request, const char *wanted) {
  struct advance_question question;
  bool low = false;
  char *text = serve(request, &question, &low);
  bool same = text == NULL || wanted == NULL ? text == wanted
                                             : strcmp(text, wanted) == 0;
  if (!same)
    fprintf(stderr, "served %s, wanted %s\n", text == NULL ? "nothing" : text,
            wanted == NULL ? "nothing" : wanted);
  free(text);
  return same;
}

/* What the worker says of this request is kept. */
static enum advance_kept keep_as(const struct request *request,
                                 const struct advance_question *question,
                                 uint32_t worker,
                                 const struct saying *saying) {
  struct publication publication;
  struct said said = say(saying);
  CHECK(publication_read(said.bytes, said.length, &publication));
  enum advance_kept kept =
      advance_keep(&advance, request->bytes, request->length, question,
                   worker, &publication);
  free(said.bytes);
  return kept;
}

/* The same with the question that is right now, and with the whole list. */
static inline enum advance_kept keep(const struct request *request,
                                     struct saying saying) {
  struct advance_question question = {
      .generation = atomic_load(&advance.generation),
      .asked_ns = channel_now_ns()};
  saying.tail_offset = (uint32_t)(request->length - request->tail_bytes);
  return keep_as(request, &question, WORKER, &saying);
}

/* An answer that is always the same. */
static inline struct saying always(uint32_t list, const char *answer) {
  return (struct saying){.kind = PUBLICATION_KEY,
                         .list = list,
                         .tag = 0x80000000u + list,
                         .distinct = 1,
                         .count = 1,
                         .answer = answer};
}

#endif
