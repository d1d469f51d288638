/* See batch.h. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"

static const char *const METHODS[] = {"scheduler.pick", "plugin.reconfigure"};
enum { RECONFIGURE = 1, METHOD_COUNT = 2 };

/* What stands before each request, and before each answer. */
struct request_head {
  uint32_t method, length;
};
struct answer_head {
  int32_t rc;
  uint32_t length;
  uint64_t began, ended;
};

struct call {
  struct request_head head;
  uint8_t *request;
  struct answer_head result;
  uint8_t *answer; /* the plugin's, until freed */
};

struct run {
  const cliproxy_plugin_api *plugin;
  struct call *calls;
  size_t count;
  _Atomic size_t next;
  _Atomic uint64_t clock;
  pthread_mutex_t apply;
};

/* Takes bytes off the input; false if there are not so many. */
static bool take(struct batch_input *input, void *bytes, size_t length) {
  if (length > input->length) return false;
  memcpy(bytes, input->bytes, length);
  input->bytes += length;
  input->length -= length;
  return true;
}

/* Each request gets memory of its own size: a read beyond its end is a find
 * for a sanitizer. */
static bool read_call(struct batch_input *input, struct call *call) {
  if (!take(input, &call->head, sizeof call->head) ||
      call->head.method >= METHOD_COUNT || call->head.length > input->length)
    return false;
  call->request = malloc(call->head.length);
  return call->request != NULL &&
         take(input, call->request, call->head.length);
}

static void free_calls(struct run *run) {
  for (size_t i = 0; i < run->count; i++) {
    struct call *call = &run->calls[i];
    if (call->answer != NULL)
      run->plugin->free_buffer(call->answer, call->result.length);
    free(call->request);
  }
  free(run->calls);
}

static bool read_calls(struct run *run, struct batch_input input) {
  uint32_t count;
  if (!take(&input, &count, sizeof count) || count > input.length) return false;
  run->calls = calloc(count + (size_t)1, sizeof *run->calls);
  if (run->calls == NULL) return false;
  for (run->count = 0; run->count < count; run->count++)
    if (!read_call(&input, &run->calls[run->count])) break;
  if (run->count == count && input.length == 0) return true;
  free(run->calls[run->count].request);
  free_calls(run);
  return false;
}

static void make_call(struct run *run, struct call *call) {
  cliproxy_buffer answer = {0};
  bool alone = call->head.method == RECONFIGURE;
  if (alone) pthread_mutex_lock(&run->apply);
  call->result.began = atomic_fetch_add(&run->clock, 1);
  call->result.rc =
      run->plugin->call(METHODS[call->head.method], call->request,
                        call->head.length, &answer);
  call->result.ended = atomic_fetch_add(&run->clock, 1);
  if (alone) pthread_mutex_unlock(&run->apply);
  call->answer = answer.ptr;
  call->result.length = (uint32_t)answer.len;
}

static void *caller(void *argument) {
  struct run *run = argument;
  size_t index;
  while ((index = atomic_fetch_add(&run->next, 1)) < run->count)
    make_call(run, &run->calls[index]);
  return NULL;
}

static void write_answers(const struct run *run, FILE *output) {
  for (size_t i = 0; i < run->count; i++) {
    const struct call *call = &run->calls[i];
    fwrite(&call->result, sizeof call->result, 1, output);
    fwrite(call->answer, 1, call->result.length, output);
  }
}

long batch_run(const cliproxy_plugin_api *plugin, struct batch_input input,
               int threads, FILE *output) {
  struct run run = {.plugin = plugin};
  pthread_t callers[BATCH_MAX_THREADS];
  if (threads < 1 || threads > BATCH_MAX_THREADS) return -1;
  if (!read_calls(&run, input)) return -1;
  pthread_mutex_init(&run.apply, NULL);
  for (int i = 0; i < threads; i++)
    pthread_create(&callers[i], NULL, caller, &run);
  for (int i = 0; i < threads; i++) pthread_join(callers[i], NULL);
  pthread_mutex_destroy(&run.apply);
  write_answers(&run, output);
  free_calls(&run);
  return (long)run.count;
}
