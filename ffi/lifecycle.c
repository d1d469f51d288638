/* Host role: configs. A worker is asked; what it accepts is kept, and given
 * to the next worker; what no worker could be asked about waits for one.
 * Facts on what the host makes of an answer are in the README's table of
 * failures. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugin.h"
#include "response.h"

#define LIFECYCLE_DEADLINE_MS 10000u

/* What a config gets from a worker that has just started: less, since the
 * host's calls wait for it. */
#define GREETING_DEADLINE_MS 5000u

/* How long a config waits for the next worker when the one before is gone:
 * one starts in about 0.1 s, and a hanging one is killed after a second. */
#define NEXT_WORKER_MS 2500u

/* What a config may honestly take a worker, beyond which a silent one counts
 * as hanging (measured: 1 MiB of the worst YAML takes 2 s). */
#define LIFECYCLE_WORK_MS 1000u
#define LIFECYCLE_WORK_MS_PER_MIB 3000u

#define MS 1000000u

/* Lifecycle calls and greetings go one after another. */
static bool begin_configuring(struct plugin *plugin, uint64_t deadline_ns) {
  struct timespec until = channel_timespec(deadline_ns);
  bool mine = true;
  pthread_mutex_lock(&plugin->lock);
  while (mine && plugin->configuring)
    mine = pthread_cond_timedwait(&plugin->turn, &plugin->lock, &until) !=
           ETIMEDOUT;
  if (mine) plugin->configuring = true;
  pthread_mutex_unlock(&plugin->lock);
  return mine;
}

static void end_configuring(struct plugin *plugin) {
  pthread_mutex_lock(&plugin->lock);
  plugin->configuring = false;
  pthread_cond_broadcast(&plugin->turn);
  pthread_mutex_unlock(&plugin->lock);
}

static struct channel_call make_call(const char *method,
                                     const uint8_t *request,
                                     size_t request_bytes,
                                     uint64_t deadline_ms) {
  return (struct channel_call){
      .method = method,
      .method_bytes = strlen(method),
      .request = request,
      .request_bytes = request_bytes,
      .deadline_ns = channel_in_ms(deadline_ms),
      .work_ns = (LIFECYCLE_WORK_MS +
                  LIFECYCLE_WORK_MS_PER_MIB * (uint64_t)request_bytes /
                      (1u << 20)) *
                 MS,
  };
}

/* An accepted config. Answers in advance that another one gave are dead when
 * this returns; the same one again, as at every refresh of a token, leaves
 * them and the places of their rotations. */
static bool accept(struct plugin *plugin, const struct channel_call *call,
                   const struct channel_answer *answer) {
  const uint8_t *published = answer->bytes + answer->answer_bytes;
  bool same;
  if (!answers_accept(&plugin->answers, call, answer, &same)) return false;
  if (same) return true;
  bool any = published[0] == FOR_ANY;
  advance_configure(&plugin->advance, any ? published + 1 : NULL,
                    answer->publish_bytes - 1);
  return true;
}

/* Gives a config to a worker. *answer is filled on CHANNEL_ANSWERED. */
static enum channel_status configure(struct plugin *plugin,
                                     struct channel *channel,
                                     const struct channel_call *call,
                                     struct channel_answer *answer) {
  enum channel_status status = plugin_ask(channel, call, answer);
  if (status == CHANNEL_ANSWERED && answer->publish_bytes > 0 &&
      !accept(plugin, call, answer)) {
    free(answer->bytes);
    *answer = (struct channel_answer){0};
    return CHANNEL_NO_MEMORY;
  }
  return status;
}

enum reply { REPLY_NONE, REPLY_REFUSED, REPLY_ACCEPTED };

/* Gives kept request bytes to a new worker. */
static enum reply replay(struct plugin *plugin, struct channel *channel,
                         const char *method, const struct block *block,
                         uint64_t deadline_ns) {
  struct channel_call call =
      make_call(method, block->bytes, block->length, 0);
  struct channel_answer answer = {0};
  call.deadline_ns = deadline_ns;
  if (configure(plugin, channel, &call, &answer) != CHANNEL_ANSWERED)
    return REPLY_NONE;
  enum reply reply =
      answer.publish_bytes > 0 ? REPLY_ACCEPTED : REPLY_REFUSED;
  free(answer.bytes);
  return reply;
}

/* In the host's order. An accepted one makes those before it past. */
static bool replay_pending(struct plugin *plugin, struct channel *channel,
                           uint64_t deadline_ns) {
  struct block pending;
  bool ok = true;
  for (unsigned at = 0;
       ok && answers_copy_pending(&plugin->answers, at, &pending);) {
    if (!answers_try_pending(&plugin->answers, at)) {
      host_log_say(&plugin->log, LOG_ERROR,
                   "A config is passed over: %u workers did not survive it; "
                   "the last good config stays in force",
                   PENDING_TRIES);
      at++;
    } else {
      enum reply reply = replay(plugin, channel, "plugin.reconfigure",
                                &pending, deadline_ns);
      ok = reply != REPLY_NONE;
      if (ok)
        answers_drop_pending(&plugin->answers,
                             reply == REPLY_ACCEPTED ? 0 : at, at + 1);
      if (reply == REPLY_ACCEPTED) at = 0;
    }
    answers_drop_copy(&pending);
  }
  return ok;
}

/* The worker becomes the current one within the turn in which nothing is
 * pending any more: a config is either asked of a current worker or kept for
 * the next, and never falls between the two. */
bool lifecycle_greet(struct plugin *plugin, struct channel *channel) {
  struct block accepted;
  uint64_t deadline_ns = channel_in_ms(GREETING_DEADLINE_MS);
  if (!begin_configuring(plugin, deadline_ns)) return false;
  bool ok = true;
  if (answers_copy_accepted(&plugin->answers, &accepted))
    ok = replay(plugin, channel, "plugin.register", &accepted, deadline_ns) ==
         REPLY_ACCEPTED;
  else
    ok = !answers_have_accepted(&plugin->answers);
  if (ok) ok = replay_pending(plugin, channel, deadline_ns);
  if (ok) worker_process_publish(&plugin->process, channel);
  end_configuring(plugin);
  answers_drop_copy(&accepted);
  return ok;
}

/* No worker answered this config. Once one was accepted, the host is told
 * that all is well, because an error would make it drop the plugin, and with
 * it a denial (host-side behaviour of a failed plugin.reconfigure); the next
 * worker gets the bytes. */
static int answer_without_worker(struct plugin *plugin,
                                 const struct channel_call *call,
                                 cliproxy_buffer *response) {
  if (answers_give_registration(&plugin->answers, response)) {
    answers_keep_pending(&plugin->answers, call);
    return 0;
  }
  RESPONSE_GIVE_TEXT(response, WORKER_MISSING);
  return 1;
}

/* One try on the current worker, if there is one. A worker that took the
 * bytes and gave no good answer is replaced: it may hold a config that the
 * host side does not know of. */
static bool try_lifecycle(struct plugin *plugin,
                          const struct channel_call *call,
                          cliproxy_buffer *response, int *rc) {
  struct channel_answer answer;
  struct channel *channel = worker_process_channel(&plugin->process, 0);
  if (channel == NULL) return false;
  enum channel_status status = configure(plugin, channel, call, &answer);
  if (status == CHANNEL_ANSWERED) {
    answers_drop_pending(&plugin->answers, 0, PENDING_LIMIT);
    *rc = answer.rc;
    plugin_give(&answer, response);
  } else {
    if (status != CHANNEL_DEAD)
      worker_process_replace(&plugin->process, channel,
                             "it gave no good answer to a config");
    /* It may have answered picks under that config. Last: who asks it has
     * looked up its pick before. */
    advance_distrust(&plugin->advance);
  }
  channel_release(channel);
  return status == CHANNEL_ANSWERED;
}

/* Asks the worker; if it is gone, the next one, which is there in about 0.1
 * s unless something is wrong. So a config that the host was told is accepted
 * is in force when the call returns, but for that. A config that cannot even
 * have its turn is not accepted. */
int lifecycle_call(struct plugin *plugin, const char *method,
                   const uint8_t *request, size_t request_bytes,
                   cliproxy_buffer *response) {
  struct channel_call call =
      make_call(method, request, request_bytes, LIFECYCLE_DEADLINE_MS);
  uint64_t until_ns = call.deadline_ns;
  if (answers_have_accepted(&plugin->answers))
    until_ns = channel_in_ms(NEXT_WORKER_MS);
  int rc = 0;
  for (bool last = false;;) {
    if (!begin_configuring(plugin, channel_in_ms(LIFECYCLE_DEADLINE_MS)))
      break;
    bool done = try_lifecycle(plugin, &call, response, &rc);
    if (!done && last) {
      rc = answer_without_worker(plugin, &call, response);
      done = true;
    }
    end_configuring(plugin);
    if (done) return rc;
    struct channel *next =
        worker_process_channel(&plugin->process, until_ns);
    last = next == NULL || channel_now_ns() >= until_ns;
    if (next != NULL) channel_release(next);
  }
  RESPONSE_GIVE_TEXT(response, WORKER_MISSING);
  return 1;
}
