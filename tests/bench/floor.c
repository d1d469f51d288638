/* A plugin that does the least any plugin could do that gives prepared
 * answers: compares a request's candidates with those of the first request,
 * all bytes of them, and copies an answer. It decides nothing. The measure of
 * what the rest of a pick costs.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "host/cliproxy_abi.h"

#define EXPORT __attribute__((visibility("default")))

static const char REGISTRATION[] =
    "{\"ok\":true,\"result\":{\"schema_version\":3,\"metadata\":{\"Name\":"
    "\"floor\",\"Version\":\"0\",\"Author\":\"\",\"GitHubRepository\":\"\","
    "\"Logo\":\"\",\"ConfigFields\":[]},\"capabilities\":{\"scheduler\":true}}"
    "}";
/* As cases.ts has it. */
static const char ANSWER[] =
    "{\"ok\":true,\"result\":{\"AuthID\":\"codex-floor@example.com-plus.json\""
    ",\"DelegateBuiltin\":\"\",\"Handled\":true}}";
static const char UNHANDLED[] =
    "{\"ok\":true,\"result\":{\"AuthID\":\"\",\"DelegateBuiltin\":\"\","
    "\"Handled\":false}}";
static const char TAIL[] = ",\"Candidates\":[";

struct tail {
  size_t length;
  uint8_t bytes[];
};

/* Learned at the first pick after a config. Picks do not run beside a config
 * here, as they would in a host. */
static _Atomic(struct tail *) known;

static int answer_with(const char *text, size_t length,
                       cliproxy_buffer *answer) {
  answer->ptr = malloc(length);
  if (answer->ptr == NULL) return 1;
  memcpy(answer->ptr, text, length);
  answer->len = length;
  return 0;
}

static void learn(const uint8_t *request, size_t length) {
  if (length < sizeof TAIL) return;
  size_t at = length - (sizeof TAIL - 1);
  while (at > 0 && memcmp(request + at, TAIL, sizeof TAIL - 1) != 0) at--;
  struct tail *tail = malloc(sizeof *tail + length - at), *none = NULL;
  if (tail == NULL) return;
  tail->length = length - at;
  memcpy(tail->bytes, request + at, tail->length);
  if (!atomic_compare_exchange_strong(&known, &none, tail)) free(tail);
}

static int plugin_call(const char *method, const uint8_t *request,
                       size_t length, cliproxy_buffer *answer) {
  if (strcmp(method, "scheduler.pick") != 0) {
    free(atomic_exchange(&known, NULL));
    return answer_with(REGISTRATION, sizeof REGISTRATION - 1, answer);
  }
  struct tail *tail = atomic_load_explicit(&known, memory_order_acquire);
  if (tail == NULL) {
    learn(request, length);
    tail = atomic_load_explicit(&known, memory_order_acquire);
  }
  if (tail != NULL && length >= tail->length &&
      memcmp(request + length - tail->length, tail->bytes, tail->length) == 0)
    return answer_with(ANSWER, sizeof ANSWER - 1, answer);
  return answer_with(UNHANDLED, sizeof UNHANDLED - 1, answer);
}

static void free_buffer(void *ptr, size_t length) {
  (void)length;
  free(ptr);
}

static void shut_down(void) { free(atomic_exchange(&known, NULL)); }

EXPORT int cliproxy_plugin_init(const cliproxy_host_api *host,
                                cliproxy_plugin_api *plugin) {
  (void)host;
  if (plugin == NULL) return 1;
  *plugin = (cliproxy_plugin_api){1, plugin_call, free_buffer, shut_down};
  return 0;
}
