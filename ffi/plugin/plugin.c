/* Host role: the functions the host calls. Decides which worker call a
 * method is and what a pick gets when no worker can answer; configs are in
 * lifecycle.c. Threads and lifetimes as cliproxy_abi.h says. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pick.h"
#include "host/response.h"

/* Constant answers, for calls that never reach a worker. */
#define METHOD_MISSING                                                        \
  "{\"ok\":false,\"error\":{\"code\":\"invalid_method\","                     \
  "\"message\":\"method is required\"}}"
#define METHOD_UNKNOWN                                                        \
  "{\"ok\":false,\"error\":{\"code\":\"unknown_method\","                     \
  "\"message\":\"unknown method\"}}"
#define QUEUED_ANSWER "{\"ok\":true,\"result\":{}}"
#define REQUEST_TOO_LARGE                                                     \
  "{\"ok\":false,\"error\":{\"code\":\"plugin_error\","                       \
  "\"message\":\"Cannot take the request: it must be at most 64 MiB\"}}"

static struct plugin plugin;

void plugin_give_on_failure(struct plugin *plugin,
                            cliproxy_buffer *response) {
  static const enum refusal_kind KINDS[] = {
      [ANSWER_SEALED] = REFUSED_SEALED,
      [ANSWER_REFUSAL] = REFUSED_FALLBACK,
      [ANSWER_DENIAL] = REFUSED_ANY,
  };
  enum answer_on_failure kind =
      answers_give_on_failure(&plugin->answers, response);
  if (kind != ANSWER_NO_REFUSAL)
    refusals_note(&plugin->refusals, KINDS[kind], &plugin->log);
}

/* Methods that we do not have: the worker says so by name. */
static int ask_unknown(const char *method, const uint8_t *request,
                       size_t request_bytes, cliproxy_buffer *response) {
  struct channel_answer answer;
  struct channel_call call = {
      .method = method,
      .method_bytes = strlen(method),
      .request = request,
      .request_bytes = request_bytes,
  };
  if (call.method_bytes > REQUEST_LIMIT_BYTES ||
      request_bytes > REQUEST_LIMIT_BYTES ||
      pick_ask_worker(&plugin, &call, &answer) != CHANNEL_ANSWERED) {
    RESPONSE_GIVE_TEXT(response, METHOD_UNKNOWN);
    return 0;
  }
  worker_answers_give(&answer, response);
  return answer.rc;
}

/* Methods but for picks. */
static int route(const char *method, const uint8_t *request,
                 size_t request_bytes, cliproxy_buffer *response) {
  bool lifecycle = strcmp(method, "plugin.register") == 0 ||
                   strcmp(method, "plugin.reconfigure") == 0;
  const char *queued = outbox_method(method);
  if (queued != NULL) {
    outbox_put(&plugin.outbox, queued, request, request_bytes);
    RESPONSE_GIVE_TEXT(response, QUEUED_ANSWER);
    return 0;
  }
  if (lifecycle && request_bytes > REQUEST_LIMIT_BYTES)
    return lifecycle_without_worker(&plugin, request, request_bytes,
                                    REQUEST_TOO_LARGE, response);
  if (lifecycle)
    return lifecycle_call(&plugin, method, request, request_bytes, response);
  return ask_unknown(method, request, request_bytes, response);
}

static int answer(const char *method, const uint8_t *request,
                  size_t request_bytes, struct advance_question *question,
                  cliproxy_buffer *response) {
  if (question == NULL)
    return route(method, request, request_bytes, response);
  if (request_bytes <= REQUEST_LIMIT_BYTES &&
      !answers_are_sealed(&plugin.answers))
    return pick_ask(&plugin, request, request_bytes, question, response);
  plugin_give_on_failure(&plugin, response);
  return 0;
}

/* [any thread, many at once] A pick that is known in advance is answered as
 * a reader, which the shutdown waits for as for the calls that are counted. */
static int plugin_call(const char *method, const uint8_t *request,
                       size_t request_bytes, cliproxy_buffer *response) {
  if (response != NULL) *response = (cliproxy_buffer){0};
  if (method == NULL) {
    RESPONSE_GIVE_TEXT(response, METHOD_MISSING);
    return 1;
  }
  if (request == NULL) request_bytes = 0;
  bool pick = strcmp(method, "scheduler.pick") == 0;
  struct advance_question question;
  unsigned shard = readers_enter(&plugin.advance.readers);
  bool running = atomic_load(&plugin.running);
  bool served = running && pick &&
                pick_serve(&plugin, request, request_bytes, response,
                           &question);
  if (!served) atomic_fetch_add(&plugin.calls, 1);
  readers_leave(&plugin.advance.readers, shard);
  if (served) return 0;
  int rc = 1;
  if (running)
    rc = answer(method, request, request_bytes, pick ? &question : NULL,
                response);
  else
    RESPONSE_GIVE_TEXT(response, WORKER_MISSING);
  atomic_fetch_sub(&plugin.calls, 1);
  return rc;
}

/* [any thread] Frees what plugin_call gave. */
static void plugin_free_buffer(void *bytes, size_t length) {
  (void)length;
  free(bytes);
}

/* [host, no call running] Idempotent. Nothing of ours is left when the last
 * one returns: the host unmaps the code next. The host that called may be the
 * one whose log we were given, so the log is let go of at the first. */
static void plugin_shutdown(void) {
  host_log_stop(&plugin.log);
  uint32_t inits = atomic_load(&plugin.inits);
  while (inits > 0 && !atomic_compare_exchange_weak(&plugin.inits, &inits,
                                                    inits - 1))
    ;
  if (inits != 1) return;
  atomic_store(&plugin.running, false);
  worker_process_stop(&plugin.process);
  outbox_stop(&plugin.outbox);
  /* The host promises that no call runs; one that does ends at once, since
   * its worker is gone. Readers first: what begins as one is counted before
   * it ends as one. */
  for (int i = 0; i < 1000 && (!readers_are_gone(&plugin.advance.readers) ||
                               atomic_load(&plugin.calls) > 0);
       i++)
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  worker_process_destroy(&plugin.process);
  outbox_destroy(&plugin.outbox);
  advance_clear(&plugin.advance);
  answers_clear(&plugin.answers);
  pthread_mutex_destroy(&plugin.advance.lock);
  pthread_mutex_destroy(&plugin.answers.lock);
  pthread_cond_destroy(&plugin.turn);
  pthread_mutex_destroy(&plugin.lock);
}

/* The file this code was loaded from: an absolute path, since the host may
 * have given a relative one and may change its folder. */
static bool find_own_file(char path[PATH_MAX]) {
  Dl_info info;
  return dladdr((void *)(uintptr_t)cliproxy_plugin_init, &info) != 0 &&
         info.dli_fname != NULL && realpath(info.dli_fname, path) != NULL;
}

/* The host's time zone, which policies go by. Read once, on the host's own
 * thread: its environment may change under others. */
static void find_zone(char *zone, size_t capacity) {
  const char *host_zone = getenv("TZ");
  zone[0] = 0;
  if (host_zone != NULL && strlen(host_zone) + sizeof "TZ=" <= capacity)
    snprintf(zone, capacity, "TZ=%s", host_zone);
}

static bool greet(struct channel *channel) {
  return lifecycle_greet(&plugin, channel);
}

static bool start(const cliproxy_host_api *host) {
  pthread_condattr_t monotonic;
  host_log_start(&plugin.log, host);
  pthread_mutex_init(&plugin.lock, NULL);
  pthread_mutex_init(&plugin.answers.lock, NULL);
  pthread_mutex_init(&plugin.advance.lock, NULL);
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&plugin.turn, &monotonic);
  pthread_condattr_destroy(&monotonic);
  plugin.configuring = false;
  plugin.refusals = (struct refusals){0};
  plugin.process.greet = greet;
  plugin.process.log = &plugin.log;
  find_zone(plugin.process.zone, sizeof plugin.process.zone);
  if (!find_own_file(plugin.process.path)) {
    host_log_say(&plugin.log, LOG_ERROR,
                 "Cannot find the plugin's own file: %s", strerror(errno));
    return false;
  }
  if (!worker_process_start(&plugin.process)) {
    host_log_say(&plugin.log, LOG_ERROR, "Cannot start the plugin: %s",
                 strerror(errno));
    return false;
  }
  plugin.outbox.process = &plugin.process;
  plugin.outbox.advance = &plugin.advance;
  plugin.outbox.log = &plugin.log;
  plugin.outbox.refusals = &plugin.refusals;
  if (!outbox_start(&plugin.outbox))
    host_log_say(&plugin.log, LOG_WARN,
                 "The worker is not told of results: the system gives no "
                 "thread");
  return true;
}

__attribute__((visibility("default"))) int
cliproxy_plugin_init(const cliproxy_host_api *host,
                     cliproxy_plugin_api *table) {
  if (table == NULL) return 1;
  if (!atomic_load(&plugin.running)) {
    if (!start(host)) {
      host_log_stop(&plugin.log);
      return 1;
    }
    atomic_store(&plugin.running, true);
  }
  atomic_fetch_add(&plugin.inits, 1);
  *table = (cliproxy_plugin_api){
      .abi_version = CLIPROXY_ABI_VERSION,
      .call = plugin_call,
      .free_buffer = plugin_free_buffer,
      .shutdown = plugin_shutdown,
  };
  return 0;
}
