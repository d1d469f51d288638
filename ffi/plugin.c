/* Host role: the functions the host calls. Decides which worker call a
 * method is and what to answer when no worker can: nothing else. Threads and
 * lifetimes as cliproxy_abi.h says. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answers.h"
#include "channel.h"
#include "cliproxy_abi.h"
#include "host_log.h"
#include "worker_process.h"

/* A pick holds up a client, so it gives way soon; decoding takes about 20 ms
 * a MiB, so a large one may take longer. */
#define PICK_DEADLINE_MS 100u
#define PICK_DEADLINE_MS_PER_MIB 30u
#define LIFECYCLE_DEADLINE_MS 10000u

/* What a config gets from a worker that has just started: less, since the
 * host's calls wait for it. */
#define GREETING_DEADLINE_MS 5000u

/* How long a config waits for the next worker when the one before is gone:
 * one starts in about 0.1 s, and a hanging one is killed after a second. */
#define NEXT_WORKER_MS 2500u

/* What a call may honestly take a worker, beyond which a silent one counts
 * as hanging (measured: 1 MiB of the worst YAML 2 s, 64 MiB of small JSON
 * objects 3 s). */
#define PICK_WORK_MS 1000u
#define PICK_WORK_MS_PER_MIB 100u
#define LIFECYCLE_WORK_MS 1000u
#define LIFECYCLE_WORK_MS_PER_MIB 3000u

#define MS 1000000u

/* Constant answers, for calls that never reach a worker. */
#define METHOD_MISSING                                                        \
  "{\"ok\":false,\"error\":{\"code\":\"invalid_method\","                     \
  "\"message\":\"method is required\"}}"
#define METHOD_UNKNOWN                                                        \
  "{\"ok\":false,\"error\":{\"code\":\"unknown_method\","                     \
  "\"message\":\"unknown method\"}}"
#define WORKER_MISSING                                                        \
  "{\"ok\":false,\"error\":{\"code\":\"plugin_error\","                       \
  "\"message\":\"Cannot configure the scheduler: its worker process does "    \
  "not run, see the messages of the host\"}}"
#define REQUEST_TOO_LARGE                                                     \
  "{\"ok\":false,\"error\":{\"code\":\"plugin_error\","                       \
  "\"message\":\"Cannot take the request: it must be at most 64 MiB\"}}"
#define GIVE(response, text) answers_give(response, text, sizeof(text) - 1)

/* All state of the library in this process. */
static struct {
  struct worker_process process;
  struct host_log log;
  struct answers answers;
  pthread_mutex_t lock; /* guards configuring */
  pthread_cond_t turn;  /* configuring changed */
  bool configuring;     /* a lifecycle call or a greeting is under way */
  _Atomic bool running; /* between init and shutdown, with a watcher */
  _Atomic uint32_t inits; /* the same file may be opened twice */
  _Atomic uint32_t calls;
} plugin;

static struct timespec timespec_of(uint64_t ns) {
  return (struct timespec){.tv_sec = (time_t)(ns / 1000000000u),
                           .tv_nsec = (long)(ns % 1000000000u)};
}

/* Lifecycle calls and greetings go one after another. */
static bool begin_configuring(uint64_t deadline_ns) {
  struct timespec until = timespec_of(deadline_ns);
  bool mine = true;
  pthread_mutex_lock(&plugin.lock);
  while (mine && plugin.configuring)
    mine = pthread_cond_timedwait(&plugin.turn, &plugin.lock, &until) !=
           ETIMEDOUT;
  if (mine) plugin.configuring = true;
  pthread_mutex_unlock(&plugin.lock);
  return mine;
}

static void end_configuring(void) {
  pthread_mutex_lock(&plugin.lock);
  plugin.configuring = false;
  pthread_cond_broadcast(&plugin.turn);
  pthread_mutex_unlock(&plugin.lock);
}

static uint64_t deadline_in_ms(uint64_t ms) {
  return channel_now_ns() + ms * MS;
}

/* ---- configuration ---- */

static struct channel_call lifecycle_call(const char *method,
                                          const uint8_t *request,
                                          size_t request_bytes,
                                          uint64_t deadline_ms) {
  return (struct channel_call){
      .method = method,
      .method_bytes = strlen(method),
      .request = request,
      .request_bytes = request_bytes,
      .deadline_ns = deadline_in_ms(deadline_ms),
      .work_ns = (LIFECYCLE_WORK_MS +
                  LIFECYCLE_WORK_MS_PER_MIB * (request_bytes >> 20)) *
                 MS,
  };
}

/* An envelope begins and ends so. Whatever else a broken worker signed is no
 * answer for the host, which would fail the client's request. */
static bool is_envelope(const struct channel_answer *answer) {
  static const char START[] = "{\"ok\":";
  return answer->answer_bytes > sizeof START &&
         memcmp(answer->bytes, START, sizeof START - 1) == 0 &&
         answer->bytes[answer->answer_bytes - 1] == '}';
}

static enum channel_status ask(struct channel *channel,
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

/* Gives a config to a worker. *answer is filled on CHANNEL_ANSWERED. */
static enum channel_status configure(struct channel *channel,
                                     const struct channel_call *call,
                                     struct channel_answer *answer) {
  enum channel_status status = ask(channel, call, answer);
  if (status == CHANNEL_ANSWERED && answer->publish_bytes > 0 &&
      !answers_accept(&plugin.answers, call, answer)) {
    free(answer->bytes);
    *answer = (struct channel_answer){0};
    return CHANNEL_NO_MEMORY;
  }
  return status;
}

/* Gives kept request bytes to a new worker. */
static bool replay(struct channel *channel, const char *method,
                   const struct block *block) {
  struct channel_call call = lifecycle_call(
      method, block->bytes, block->length, GREETING_DEADLINE_MS);
  struct channel_answer answer = {0};
  bool answered = configure(channel, &call, &answer) == CHANNEL_ANSWERED;
  free(answer.bytes);
  return answered;
}

static bool replay_pending(struct channel *channel,
                           const struct block *pending) {
  if (!answers_try_pending(&plugin.answers)) {
    host_log_say(&plugin.log, LOG_ERROR,
                 "A config is given up: %u workers did not survive it; the "
                 "last good config stays in force",
                 PENDING_TRIES);
    return true;
  }
  if (!replay(channel, "plugin.reconfigure", pending)) return false;
  answers_drop_pending(&plugin.answers);
  return true;
}

/* [watcher's helper] A new worker gets the accepted config, then the one
 * that no worker has answered. */
static bool greet(struct channel *channel) {
  struct block accepted, pending;
  if (!begin_configuring(deadline_in_ms(GREETING_DEADLINE_MS))) return false;
  bool ok = answers_for_new_worker(&plugin.answers, &accepted, &pending);
  if (ok && accepted.bytes != NULL)
    ok = replay(channel, "plugin.register", &accepted);
  if (ok && pending.bytes != NULL) ok = replay_pending(channel, &pending);
  end_configuring();
  answers_drop_copy(&accepted);
  answers_drop_copy(&pending);
  return ok;
}

/* No worker answered this config. Once one was accepted, the host is told
 * that all is well, because an error would make it drop the plugin, and with
 * it a denial (host-side behaviour of a failed plugin.reconfigure); the next
 * worker gets the bytes. */
static int answer_without_worker(const struct channel_call *call,
                                 cliproxy_buffer *response) {
  if (answers_give_registration(&plugin.answers, response)) {
    answers_keep_pending(&plugin.answers, call);
    return 0;
  }
  GIVE(response, WORKER_MISSING);
  return 1;
}

static void give_answer(struct channel_answer *answer,
                        cliproxy_buffer *response) {
  if (response == NULL)
    free(answer->bytes);
  else
    *response = (cliproxy_buffer){answer->bytes, answer->answer_bytes};
}

/* One try on the current worker, if there is one. A worker that took the
 * bytes and gave no good answer is replaced: it may hold a config that the
 * host side does not know of. */
static bool try_lifecycle(const struct channel_call *call,
                          cliproxy_buffer *response, int *rc) {
  struct channel_answer answer;
  struct channel *channel = worker_process_channel(&plugin.process, 0);
  if (channel == NULL) return false;
  enum channel_status status = configure(channel, call, &answer);
  if (status == CHANNEL_ANSWERED) {
    answers_drop_pending(&plugin.answers);
    *rc = answer.rc;
    give_answer(&answer, response);
  } else if (status != CHANNEL_DEAD) {
    worker_process_replace(&plugin.process, channel);
  }
  channel_release(channel);
  return status == CHANNEL_ANSWERED;
}

/* Asks the worker; if it is gone, the next one, which is there in about 0.1
 * s unless something is wrong. So a config that the host was told is accepted
 * is in force when the call returns, but for that. */
static int call_lifecycle(struct channel_call *call,
                          cliproxy_buffer *response) {
  int rc = 0;
  uint64_t until_ns = call->deadline_ns;
  if (answers_have_accepted(&plugin.answers))
    until_ns = deadline_in_ms(NEXT_WORKER_MS);
  for (bool first = true; first || channel_now_ns() < until_ns;
       first = false) {
    if (!begin_configuring(call->deadline_ns)) break;
    bool done = try_lifecycle(call, response, &rc);
    end_configuring();
    if (done) return rc;
    struct channel *next = worker_process_next(&plugin.process, until_ns);
    if (next == NULL) break;
    channel_release(next);
  }
  return answer_without_worker(call, response);
}

/* ---- picks and all other methods ---- */

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
    status = ask(channel, call, &answer);
    if (status == CHANNEL_LATE)
      worker_process_late(&plugin.process, channel);
  }
  if (channel != NULL) channel_release(channel);
  if (status == CHANNEL_ANSWERED) {
    give_answer(&answer, response);
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
  struct channel_call call =
      lifecycle_call(method, request, request == NULL ? 0 : request_bytes,
                     LIFECYCLE_DEADLINE_MS);
  if (call.request_bytes > REQUEST_LIMIT_BYTES ||
      call.method_bytes > REQUEST_LIMIT_BYTES) {
    if (pick)
      answers_give_on_failure(&plugin.answers, response);
    else if (!lifecycle ||
             !answers_give_registration(&plugin.answers, response))
      GIVE(response, REQUEST_TOO_LARGE);
    return 0;
  }
  return lifecycle ? call_lifecycle(&call, response)
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
    host_log_say(&plugin.log, LOG_ERROR, "Cannot find the plugin's own file: %s", strerror(errno));
    return false;
  }
  if (!worker_process_start(&plugin.process)) {
    host_log_say(&plugin.log, LOG_ERROR, "Cannot start the plugin: %s", strerror(errno));
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
