/* See answers.h. */
#include "answers.h"

#include <stdlib.h>
#include <string.h>

#include "calls/worker_answers.h"
#include "channel/wipe.h"
#include "host/response.h"

static const char NOT_HANDLED[] =
    "{\"ok\":true,\"result\":{\"AuthID\":\"\",\"DelegateBuiltin\":\"\","
    "\"Handled\":false}}";

static bool copy_block(struct block *to, const void *bytes, size_t length) {
  *to = (struct block){.bytes = malloc(length + 1), .length = length};
  if (to->bytes == NULL) return false;
  if (length > 0) memcpy(to->bytes, bytes, length);
  return true;
}

/* Secrets may stand in a config: overwritten, then freed. */
void answers_drop_copy(struct block *block) {
  if (block->bytes != NULL) wipe(block->bytes, block->length);
  free(block->bytes);
  *block = (struct block){0};
}

static void replace_block(struct block *old, struct block new) {
  answers_drop_copy(old);
  *old = new;
}

static bool is_block(const struct block *block, const uint8_t *bytes,
                     size_t length) {
  return block->bytes != NULL && block->length == length &&
         (length == 0 || memcmp(block->bytes, bytes, length) == 0);
}

static bool is_request(const struct block *block,
                       const struct channel_call *call) {
  return is_block(block, call->request, call->request_bytes);
}

bool answers_accept(struct answers *answers, const struct channel_call *call,
                    const struct channel_answer *answer, bool *same) {
  struct block registration = {0}, published = {0}, accepted = {0};
  if (answer->publish_bytes <= ACCEPTED_BYTES ||
      !worker_answers_are_envelope(
          answer->bytes + answer->answer_bytes + ACCEPTED_BYTES,
          answer->publish_bytes - ACCEPTED_BYTES))
    return false;
  if (!copy_block(&registration, answer->bytes, answer->answer_bytes) ||
      !copy_block(&published, answer->bytes + answer->answer_bytes,
                  answer->publish_bytes) ||
      !copy_block(&accepted, call->request, call->request_bytes)) {
    answers_drop_copy(&registration);
    answers_drop_copy(&published);
    return false;
  }
  pthread_mutex_lock(&answers->lock);
  *same = is_request(&answers->accepted, call) &&
          is_block(&answers->published, answer->bytes + answer->answer_bytes,
                   answer->publish_bytes);
  replace_block(&answers->registration, registration);
  replace_block(&answers->published, published);
  replace_block(&answers->accepted, accepted);
  atomic_store(&answers->sealed, false);
  pthread_mutex_unlock(&answers->lock);
  return true;
}

void answers_seal(struct answers *answers, bool sealed) {
  pthread_mutex_lock(&answers->lock);
  atomic_store(&answers->sealed, sealed && answers->accepted.bytes == NULL);
  pthread_mutex_unlock(&answers->lock);
}

bool answers_are_sealed(struct answers *answers) {
  return atomic_load(&answers->sealed);
}

void answers_note_told(struct answers *answers, bool error) {
  pthread_mutex_lock(&answers->lock);
  if (error)
    answers->told = ASKS_NOTHING;
  else if (answers->published.bytes == NULL)
    answers->told = ASKS_ALL_TIERS;
  else
    answers->told = (char)answers->published.bytes[1];
  pthread_mutex_unlock(&answers->lock);
}

enum told answers_told(struct answers *answers) {
  enum told told = TOLD_ALL;
  pthread_mutex_lock(&answers->lock);
  if (answers->published.bytes != NULL &&
      answers->told < (char)answers->published.bytes[1])
    told = answers->told < ASKS_PICKS ? TOLD_ERROR : TOLD_LESS;
  pthread_mutex_unlock(&answers->lock);
  return told;
}

/* Lock held. */
static void drop_pending(struct answers *answers, unsigned from,
                         unsigned to) {
  if (to > answers->pending_count) to = answers->pending_count;
  if (from >= to) return;
  for (unsigned i = from; i < to; i++)
    answers_drop_copy(&answers->pending[i].request);
  memmove(&answers->pending[from], &answers->pending[to],
          (answers->pending_count - to) * sizeof answers->pending[0]);
  answers->pending_count -= to - from;
}

/* Lock held. */
static bool is_last_pending(const struct answers *answers,
                            const struct channel_call *call) {
  if (answers->pending_count == 0) return false;
  return is_request(&answers->pending[answers->pending_count - 1].request,
                    call);
}

bool answers_keep_pending(struct answers *answers,
                          const struct channel_call *call) {
  struct pending pending = {.tries = 0};
  if (!copy_block(&pending.request, call->request, call->request_bytes))
    return false;
  pthread_mutex_lock(&answers->lock);
  if (is_last_pending(answers, call)) {
    answers_drop_copy(&pending.request);
  } else {
    if (answers->pending_count == PENDING_LIMIT) drop_pending(answers, 0, 1);
    answers->pending[answers->pending_count++] = pending;
  }
  pthread_mutex_unlock(&answers->lock);
  return true;
}

bool answers_copy_accepted(struct answers *answers, struct block *copy) {
  *copy = (struct block){0};
  pthread_mutex_lock(&answers->lock);
  bool copied =
      answers->accepted.bytes != NULL &&
      copy_block(copy, answers->accepted.bytes, answers->accepted.length);
  pthread_mutex_unlock(&answers->lock);
  return copied;
}

bool answers_copy_pending(struct answers *answers, unsigned at,
                          struct block *copy) {
  *copy = (struct block){0};
  pthread_mutex_lock(&answers->lock);
  bool copied = at < answers->pending_count &&
                copy_block(copy, answers->pending[at].request.bytes,
                           answers->pending[at].request.length);
  pthread_mutex_unlock(&answers->lock);
  return copied;
}

bool answers_try_pending(struct answers *answers, unsigned at) {
  pthread_mutex_lock(&answers->lock);
  unsigned *tries = &answers->pending[at].tries;
  bool try = *tries < PENDING_TRIES;
  *tries = try ? *tries + 1 : PENDING_TRIES - 1;
  pthread_mutex_unlock(&answers->lock);
  return try;
}

void answers_survived_pending(struct answers *answers, unsigned at) {
  pthread_mutex_lock(&answers->lock);
  answers->pending[at].tries = 0;
  pthread_mutex_unlock(&answers->lock);
}

void answers_drop_pending(struct answers *answers, unsigned from,
                          unsigned to) {
  pthread_mutex_lock(&answers->lock);
  drop_pending(answers, from, to);
  pthread_mutex_unlock(&answers->lock);
}

bool answers_have_accepted(struct answers *answers) {
  pthread_mutex_lock(&answers->lock);
  bool have = answers->accepted.bytes != NULL;
  pthread_mutex_unlock(&answers->lock);
  return have;
}

bool answers_give_registration(struct answers *answers,
                               cliproxy_buffer *response) {
  pthread_mutex_lock(&answers->lock);
  bool accepted = answers->registration.bytes != NULL;
  bool sealed = atomic_load(&answers->sealed);
  if (accepted)
    response_give(response, answers->registration.bytes,
                  answers->registration.length);
  else if (sealed)
    RESPONSE_GIVE_TEXT(response, SEALED_REGISTRATION);
  pthread_mutex_unlock(&answers->lock);
  return accepted || sealed;
}

static enum answer_on_failure kind_of(const struct block *published) {
  if (!response_is_error(published->bytes + ACCEPTED_BYTES,
                         published->length - ACCEPTED_BYTES))
    return ANSWER_NO_REFUSAL;
  return published->bytes[0] == FOR_ANY ? ANSWER_DENIAL : ANSWER_REFUSAL;
}

enum answer_on_failure answers_give_on_failure(struct answers *answers,
                                               cliproxy_buffer *response) {
  enum answer_on_failure kind = ANSWER_NO_REFUSAL;
  pthread_mutex_lock(&answers->lock);
  if (answers->published.bytes != NULL) {
    response_give(response, answers->published.bytes + ACCEPTED_BYTES,
                  answers->published.length - ACCEPTED_BYTES);
    kind = kind_of(&answers->published);
  } else if (atomic_load(&answers->sealed)) {
    RESPONSE_GIVE_TEXT(response, SEALED_REFUSAL);
    kind = ANSWER_SEALED;
  } else {
    RESPONSE_GIVE_TEXT(response, NOT_HANDLED);
  }
  pthread_mutex_unlock(&answers->lock);
  return kind;
}

void answers_clear(struct answers *answers) {
  pthread_mutex_lock(&answers->lock);
  answers_drop_copy(&answers->registration);
  answers_drop_copy(&answers->published);
  answers_drop_copy(&answers->accepted);
  drop_pending(answers, 0, PENDING_LIMIT);
  atomic_store(&answers->sealed, false);
  answers->told = 0;
  pthread_mutex_unlock(&answers->lock);
}
