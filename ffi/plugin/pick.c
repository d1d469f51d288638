/* See pick.h. */
#define _GNU_SOURCE
#include "pick.h"

#include <stdlib.h>
#include <string.h>

#include "calls/worker_calls.h"

/* A pick holds up a client, so it gives way soon; decoding takes about 20 ms
 * a MiB, so a large one may take longer. */
#define PICK_DEADLINE_MS 100u
#define PICK_DEADLINE_MS_PER_MIB 30u

/* What a pick may honestly take a worker, beyond which a silent one counts
 * as hanging. A guess: plain text of 64 MiB takes half a second, but 47 MiB of
 * tiny objects were not decoded after three. */
#define PICK_WORK_MS 1000u
#define PICK_WORK_MS_PER_MIB 50u

/* A pick is asked at most so often: by its list's number, in whole, and for
 * the position that it took of a rotation. */
#define PICK_TRIES 3u

#define MS 1000000u

static const char METHOD[] = "scheduler.pick";

bool pick_serve(struct plugin *plugin, const uint8_t *request, size_t length,
                cliproxy_buffer *response,
                struct advance_question *question) {
  bool low = false;
  bool served = advance_serve(&plugin->advance, request, length, response,
                              question, &low);
  if (low) outbox_nudge(&plugin->outbox);
  if (served && question->refused)
    refusals_note(&plugin->refusals, REFUSED_ANY, &plugin->log);
  return served;
}

/* The same from outside of a reader's section. */
static bool serve_again(struct plugin *plugin, const uint8_t *request,
                        size_t length, cliproxy_buffer *response,
                        struct advance_question *question) {
  unsigned shard = readers_enter(&plugin->advance.readers);
  bool served = pick_serve(plugin, request, length, response, question);
  readers_leave(&plugin->advance.readers, shard);
  return served;
}

/* One try. The list's bytes are left out if the worker knows them. */
static enum channel_status ask_once(struct channel *channel,
                                    struct channel_call *call, size_t length,
                                    struct advance_question *question,
                                    struct channel_answer *answer) {
  bool known = question->list != 0 && question->worker == channel->serial;
  call->request_bytes = known ? length - question->tail_bytes : length;
  call->list = known ? question->list : 0;
  call->placed = question->placed;
  call->tag = question->tag;
  call->position = question->position;
  question->asked_ns = channel_now_ns();
  enum channel_status status = worker_answers_ask(channel, call, answer);
  if (status == CHANNEL_NEED_WHOLE) question->list = 0;
  return status;
}

static enum advance_kept keep(struct plugin *plugin,
                              const struct channel *channel,
                              const struct channel_call *call, size_t length,
                              const struct advance_question *question,
                              const struct channel_answer *answer) {
  struct publication publication;
  if (!worker_answers_read_publication(answer, &publication)) return KEPT_NOTHING;
  return advance_keep(&plugin->advance, call->request, length, question,
                      channel->serial, &publication);
}

/* Requests like this one take turns from now on, and so does this one. True:
 * *response has its turn's answer. */
static bool take_turn(struct plugin *plugin, const struct channel_call *call,
                      size_t length, struct advance_question *question,
                      cliproxy_buffer *response) {
  if (question->placed) return false; /* the answer is of its position */
  return serve_again(plugin, call->request, length, response, question);
}

/* CHANNEL_ANSWERED: either *response is filled and *answer is not, or the
 * other way round. */
static enum channel_status ask(struct plugin *plugin, struct channel *channel,
                               struct channel_call *call, size_t length,
                               struct advance_question *question,
                               struct channel_answer *answer,
                               cliproxy_buffer *response, bool *served) {
  enum channel_status status = CHANNEL_FAILED;
  for (unsigned i = 0; i < PICK_TRIES; i++) {
    bool placed = question->placed;
    status = ask_once(channel, call, length, question, answer);
    if (status == CHANNEL_NEED_WHOLE) continue;
    if (status != CHANNEL_ANSWERED ||
        keep(plugin, channel, call, length, question, answer) != KEPT_TURNS)
      break;
    *served = take_turn(plugin, call, length, question, response);
    if (*served) break;
    /* It took a position whose answer is not here yet: asked once more. */
    if (placed || !question->placed) break;
    free(answer->bytes);
    *answer = (struct channel_answer){0};
    status = CHANNEL_FAILED;
  }
  return status;
}

static void allow_time(struct channel_call *call, size_t length) {
  size_t mib = length >> 20;
  call->deadline_ns =
      channel_in_ms(PICK_DEADLINE_MS + PICK_DEADLINE_MS_PER_MIB * mib);
  call->work_ns = (PICK_WORK_MS + PICK_WORK_MS_PER_MIB * mib) * MS;
}

int pick_ask(struct plugin *plugin, const uint8_t *request, size_t length,
             struct advance_question *question, cliproxy_buffer *response) {
  struct channel_answer answer = {0};
  struct channel_call call = {
      .method = METHOD,
      .method_bytes = sizeof METHOD - 1,
      .request = request,
  };
  bool served = false;
  enum channel_status status = CHANNEL_DEAD;
  struct channel *channel = worker_calls_find(&plugin->process);
  if (channel != NULL) {
    allow_time(&call, length);
    status = ask(plugin, channel, &call, length, question, &answer, response,
                 &served);
    worker_calls_judge(&plugin->process, &plugin->advance, channel, status);
    channel_release(channel);
  }
  if (served) {
    free(answer.bytes);
    return 0;
  }
  if (status != CHANNEL_ANSWERED) {
    plugin_give_on_failure(plugin, response);
    return 0;
  }
  worker_answers_give(&answer, response);
  return answer.rc;
}

enum channel_status pick_ask_worker(struct plugin *plugin,
                                    struct channel_call *call,
                                    struct channel_answer *answer) {
  struct channel *channel = worker_calls_find(&plugin->process);
  if (channel == NULL) return CHANNEL_DEAD;
  allow_time(call, call->request_bytes);
  enum channel_status status = worker_answers_ask(channel, call, answer);
  worker_calls_judge(&plugin->process, &plugin->advance, channel, status);
  channel_release(channel);
  return status;
}
