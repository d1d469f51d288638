/* Host role: configs. A worker is asked; what it accepts is kept, and given
 * to the next worker; what no worker could be asked about waits for one, and
 * is sealed if it is the first and may close something. Facts on what the host makes of an answer are in the README's table of
 * failures. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "may_close.h"
#include "plugin.h"
#include "host/response.h"

#define LIFECYCLE_DEADLINE_MS 10000u

/* What a config gets from a worker that has just started: less, since the
 * host's calls wait for it. */
#define GREETING_DEADLINE_MS 5000u

/* How long a config waits for the next worker when the one before is gone, and
 * waiting longer opens nothing: one starts in about 0.1 s, and a hanging one is killed after a second. */
#define NEXT_WORKER_MS 2500u

/* What a config may honestly take a worker, beyond which a silent one counts
 * as hanging (measured: 1 MiB of the worst YAML takes 2 s). */
#define LIFECYCLE_WORK_MS 1000u
#define LIFECYCLE_WORK_MS_PER_MIB 3000u

#define MS 1000000u

/* src/rpc/wire.ts has its other end. */
#define METHOD_REPLAY "config.replay"

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

/* What a worker made of a config. */
enum reply {
  REPLY_NONE,     /* nothing that holds together */
  REPLY_REFUSED,  /* an error; the last accepted one stays */
  REPLY_OPEN,     /* an error, and none was accepted yet */
  REPLY_SEALED,   /* the same, and it may close something */
  REPLY_ACCEPTED,
};

/* An accepted config. Answers in advance that another one gave are dead when
 * this returns; the same one again, as at every refresh of a token, leaves
 * them and the places of their rotations. */
static enum reply accept(struct plugin *plugin,
                         const struct channel_call *call,
                         const struct channel_answer *answer) {
  const uint8_t *published = answer->bytes + answer->answer_bytes;
  bool same;
  if (!answers_accept(&plugin->answers, call, answer, &same))
    return REPLY_NONE;
  if (same) return REPLY_ACCEPTED;
  bool any = published[0] == FOR_ANY;
  advance_configure(&plugin->advance,
                    any ? published + ACCEPTED_BYTES : NULL,
                    answer->publish_bytes - ACCEPTED_BYTES);
  return REPLY_ACCEPTED;
}

/* No config was accepted yet, and this one is not either. Answers in advance
 * of a worker that had none are dead when this returns. */
static void seal(struct plugin *plugin, bool sealed) {
  answers_seal(&plugin->answers, sealed);
  advance_configure(&plugin->advance, NULL, 0);
}

static enum reply take_reply(struct plugin *plugin,
                             const struct channel_call *call,
                             const struct channel_answer *answer) {
  bool accepted = answers_have_accepted(&plugin->answers);
  if (answer->publish_bytes == 0)
    return accepted ? REPLY_REFUSED : REPLY_NONE;
  uint8_t kind = answer->bytes[answer->answer_bytes];
  if (kind == FOR_ANY || kind == FOR_FAILURE)
    return accept(plugin, call, answer);
  if (accepted || (kind != FOR_SEALED && kind != FOR_OPEN))
    return REPLY_NONE;
  seal(plugin, kind == FOR_SEALED);
  return kind == FOR_SEALED ? REPLY_SEALED : REPLY_OPEN;
}

/* Gives a config to a worker. *answer is filled on CHANNEL_ANSWERED. */
static enum channel_status configure(struct plugin *plugin,
                                     struct channel *channel,
                                     const struct channel_call *call,
                                     struct channel_answer *answer,
                                     enum reply *reply) {
  enum channel_status status = worker_answers_ask(channel, call, answer);
  *reply = REPLY_NONE;
  if (status != CHANNEL_ANSWERED) return status;
  *reply = take_reply(plugin, call, answer);
  if (*reply != REPLY_NONE) return status;
  free(answer->bytes);
  *answer = (struct channel_answer){0};
  return CHANNEL_CORRUPT;
}

/* Gives kept request bytes to a new worker. */
static enum reply replay(struct plugin *plugin, struct channel *channel,
                         const struct block *block, uint64_t deadline_ns) {
  struct channel_call call =
      make_call(METHOD_REPLAY, block->bytes, block->length, 0);
  struct channel_answer answer = {0};
  enum reply reply;
  call.deadline_ns = deadline_ns;
  configure(plugin, channel, &call, &answer, &reply);
  free(answer.bytes);
  return reply;
}

static void say_passed_over(struct plugin *plugin) {
  const char *kept = "no config is in force";
  if (answers_have_accepted(&plugin->answers))
    kept = "the last good config stays in force";
  else if (answers_are_sealed(&plugin->answers))
    kept = "every pick is refused";
  host_log_say(&plugin->log, LOG_ERROR,
               "A config is passed over: %u workers did not survive it; %s",
               PENDING_TRIES, kept);
}

/* What becomes of the pending config that a worker has read; returns where
 * the next one is. While none was accepted the newest stays, for the workers
 * to come; an accepted one makes those before it past. */
static unsigned settle_pending(struct answers *answers, unsigned at,
                               enum reply reply) {
  if (reply == REPLY_REFUSED) {
    answers_drop_pending(answers, at, at + 1);
    return at;
  }
  if (reply == REPLY_ACCEPTED) {
    answers_drop_pending(answers, 0, at + 1);
    return 0;
  }
  answers_survived_pending(answers, at);
  answers_drop_pending(answers, 0, at);
  return 1;
}

/* In the host's order. */
static bool replay_pending(struct plugin *plugin, struct channel *channel,
                           uint64_t deadline_ns) {
  struct block pending;
  bool ok = true;
  for (unsigned at = 0;
       ok && answers_copy_pending(&plugin->answers, at, &pending);) {
    if (!answers_try_pending(&plugin->answers, at)) {
      say_passed_over(plugin);
      at++;
    } else {
      enum reply reply = replay(plugin, channel, &pending, deadline_ns);
      ok = reply != REPLY_NONE;
      if (ok) at = settle_pending(&plugin->answers, at, reply);
    }
    answers_drop_copy(&pending);
  }
  return ok;
}

/* A registration reaches the host only as the answer to a call of its own. */
static void say_told(struct plugin *plugin) {
  switch (answers_told(&plugin->answers)) {
    case TOLD_ALL:
      break;
    case TOLD_LESS:
      host_log_say(&plugin->log, LOG_WARN,
                   "The config in force asks for the candidates of all "
                   "priorities: the host sends them from its next reload on");
      break;
    case TOLD_ERROR:
      host_log_say(&plugin->log, LOG_WARN,
                   "The config is good, but the host was answered with an "
                   "error before: it takes effect at the host's next reload");
      break;
  }
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
    ok = replay(plugin, channel, &accepted, deadline_ns) == REPLY_ACCEPTED;
  else
    ok = !answers_have_accepted(&plugin->answers);
  if (ok) ok = replay_pending(plugin, channel, deadline_ns);
  if (ok) worker_process_publish(&plugin->process, channel);
  if (ok) say_told(plugin);
  end_configuring(plugin);
  answers_drop_copy(&accepted);
  return ok;
}

static void say_sealed(struct plugin *plugin) {
  host_log_say(&plugin->log, LOG_ERROR,
               "Sealed: no worker can read the config, which may close "
               "something: every pick is refused until one has read it");
}

/* No worker answered this config; the next one gets it. Once one was
 * accepted, the host is told that all is well, because an error would make it
 * drop the plugin, and with it a denial (host-side behaviour of a failed
 * plugin.reconfigure). Before, the config's bytes say whether it may close
 * something. */
int lifecycle_without_worker(struct plugin *plugin, const uint8_t *request,
                             size_t request_bytes, const char *error,
                             cliproxy_buffer *response) {
  bool accepted = answers_have_accepted(&plugin->answers);
  bool closes = !accepted && may_close(request, request_bytes);
  if (!accepted) seal(plugin, closes);
  if (closes) say_sealed(plugin);
  answers_note_told(&plugin->answers, !accepted && !closes);
  if (answers_give_registration(&plugin->answers, response)) return 0;
  response_give(response, error, strlen(error));
  return 1;
}

static int answer_without_worker(struct plugin *plugin,
                                 const struct channel_call *call,
                                 cliproxy_buffer *response) {
  answers_keep_pending(&plugin->answers, call);
  return lifecycle_without_worker(plugin, call->request, call->request_bytes,
                                  WORKER_MISSING, response);
}

/* What no worker had read is past; what this one has read is kept for the
 * workers to come, unless it is kept as accepted. */
static void note_read(struct plugin *plugin, const struct channel_call *call,
                      enum reply reply) {
  answers_drop_pending(&plugin->answers, 0, PENDING_LIMIT);
  if (reply == REPLY_OPEN || reply == REPLY_SEALED)
    answers_keep_pending(&plugin->answers, call);
  answers_note_told(&plugin->answers, reply == REPLY_OPEN);
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
  enum reply reply;
  enum channel_status status =
      configure(plugin, channel, call, &answer, &reply);
  if (status == CHANNEL_ANSWERED) {
    note_read(plugin, call, reply);
    *rc = answer.rc;
    worker_answers_give(&answer, response);
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
 * is in force when the call returns, but for that, and for one that could not
 * have its turn. */
int lifecycle_call(struct plugin *plugin, const char *method,
                   const uint8_t *request, size_t request_bytes,
                   cliproxy_buffer *response) {
  struct channel_call call =
      make_call(method, request, request_bytes, LIFECYCLE_DEADLINE_MS);
  uint64_t until_ns = call.deadline_ns;
  if (answers_have_accepted(&plugin->answers) ||
      answers_are_sealed(&plugin->answers))
    until_ns = channel_in_ms(NEXT_WORKER_MS);
  int rc = 0;
  worker_process_hurry(&plugin->process);
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
  return answer_without_worker(plugin, &call, response);
}
