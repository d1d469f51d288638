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

#include "plugin.h"

/* A pick holds up a client, so it gives way soon; decoding takes about 20 ms
 * a MiB, so a large one may take longer. */
#define PICK_DEADLINE_MS 100u
#define PICK_DEADLINE_MS_PER_MIB 30u

/* What a pick may honestly take a worker, beyond which a silent one counts
 * as hanging. A guess: plain text of 64 MiB takes half a second, but 47 MiB of
 * tiny objects were not decoded after three. */
#define PICK_WORK_MS 1000u
#define PICK_WORK_MS_PER_MIB 50u

#define MS 1000000u

/* Constant answers, for calls that never reach a worker. */
#define METHOD_MISSING                                                        \
  "{\"ok\":false,\"error\":{\"code\":\"invalid_method\","                     \
  "\"message\":\"method is required\"}}"
#define METHOD_UNKNOWN                                                        \
  "{\"ok\":false,\"error\":{\"code\":\"unknown_method\","                     \
  "\"message\":\"unknown method\"}}"
#define REQUEST_TOO_LARGE                                                     \
  "{\"ok\":false,\"error\":{\"code\":\"plugin_error\","                       \
  "\"message\":\"Cannot take the request: it must be at most 64 MiB\"}}"
#define GIVE(response, text) answers_give(response, text, sizeof(text) - 1)

static struct plugin plugin;

static uint64_t deadline_in_ms(uint64_t ms) {
  return channel_now_ns() + ms * MS;
}

/* An envelope begins and ends so. Whatever else a broken worker signed is no
 * answer for the host, which would fail the client's request. */
static bool is_envelope(const struct channel_answer *answer) {
  static const char START[] = "{\"ok\":";
  return answer->answer_bytes > sizeof START &&
         memcmp(answer->bytes, START, sizeof START - 1) == 0 &&
         answer->bytes[answer->answer_bytes - 1] == '}';
}

enum channel_status plugin_ask(struct channel *channel,
                               const struct channel_call *call,
                               struct channel_answer *answer) {
  enum channel_status status = channel_call(channel, call, answer);
  if (status == CHANNEL_ANSWERED && !is_envelope(answer)) {
    free(answer->bytes);
    *answer = (struct channel_answer){0};
    return CHANNEL_CORRUPT;
  }
  return status;
}

void plugin_give(struct channel_answer *answer, cliproxy_buffer *response) {
  if (response == NULL)
    free(answer->bytes);
  else
    *response = (cliproxy_buffer){answer->bytes, answer->answer_bytes};
}

static int call_worker(struct channel_call *call, bool pick,
                       cliproxy_buffer *response) {
  struct channel_answer answer;
  size_t mib = call->request_bytes >> 20;
  call->deadline_ns =
      deadline_in_ms(PICK_DEADLINE_MS + PICK_DEADLINE_MS_PER_MIB * mib);
  call->work_ns = (PICK_WORK_MS + PICK_WORK_MS_PER_MIB * mib) * MS;
  struct channel *channel = worker_process_channel(&plugin.process, 0);
  enum channel_status status = CHANNEL_DEAD;
  if (channel != NULL && !channel_is_suspect(channel)) {
    status = plugin_ask(channel, call, &answer);
    if (status == CHANNEL_LATE)
      worker_process_late(&plugin.process, channel);
    if (status == CHANNEL_CORRUPT)
      worker_process_replace(&plugin.process, channel,
                             "an answer of it does not hold together");
  }
  if (channel != NULL) channel_release(channel);
  if (status == CHANNEL_ANSWERED) {
    plugin_give(&answer, response);
    return answer.rc;
  }
  if (pick)
    answers_give_on_failure(&plugin.answers, response);
  else
    GIVE(response, METHOD_UNKNOWN);
  return 0;
}

static int route(const char *method, const uint8_t *request,
                 size_t request_bytes, cliproxy_buffer *response) {
  bool pick = strcmp(method, "scheduler.pick") == 0;
  bool lifecycle = strcmp(method, "plugin.register") == 0 ||
                   strcmp(method, "plugin.reconfigure") == 0;
  struct channel_call call = {
      .method = method,
      .method_bytes = strlen(method),
      .request = request,
      .request_bytes = request == NULL ? 0 : request_bytes,
  };
  if (call.request_bytes > REQUEST_LIMIT_BYTES ||
      call.method_bytes > REQUEST_LIMIT_BYTES) {
    if (pick)
      answers_give_on_failure(&plugin.answers, response);
    else if (!lifecycle ||
             !answers_give_registration(&plugin.answers, response))
      GIVE(response, REQUEST_TOO_LARGE);
    return 0;
  }
  return lifecycle ? lifecycle_call(&plugin, method, request,
                                    call.request_bytes, response)
                   : call_worker(&call, pick, response);
}

/* [any thread, many at once] */
static int plugin_call(const char *method, const uint8_t *request,
                       size_t request_bytes, cliproxy_buffer *response) {
  if (response != NULL) *response = (cliproxy_buffer){0};
  if (method == NULL) {
    GIVE(response, METHOD_MISSING);
    return 1;
  }
  int rc = 1;
  atomic_fetch_add(&plugin.calls, 1);
  if (atomic_load(&plugin.running))
    rc = route(method, request, request_bytes, response);
  else
    GIVE(response, WORKER_MISSING);
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
  /* The host promises that no call runs; one that does ends at once, since
   * its worker is gone. */
  for (int i = 0; i < 1000 && atomic_load(&plugin.calls) > 0; i++)
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  worker_process_destroy(&plugin.process);
  answers_clear(&plugin.answers);
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
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&plugin.turn, &monotonic);
  pthread_condattr_destroy(&monotonic);
  plugin.configuring = false;
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
