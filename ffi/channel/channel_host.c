/* The host's side of the channel: claims slots, sends a request in parts and
 * takes the answer back (the segment is made in channel_segment.c, the
 * worker's life is in channel_life.c). Believes nothing that it reads
 * from the segment before it is copied and checked. See channel.h. */
#define _GNU_SOURCE
#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Overwrites what a call left in its slot: requests hold client secrets. What
 * is given back is not touched again: nothing is reserved there any more. */
static void wipe_slot(struct channel *channel, uint32_t slot) {
  uint8_t *request = channel_request_area(channel->segment, slot);
  uint32_t reserved = channel->reserved_bytes[slot];
  uint32_t used = channel->used_bytes[slot];
  if (reserved > SLOT_KEPT_BYTES) {
    off_t from = (off_t)(request - (uint8_t *)channel->segment);
    if (fallocate(channel->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  from + (off_t)SLOT_KEPT_BYTES,
                  (off_t)(reserved - SLOT_KEPT_BYTES)) == 0)
      channel->reserved_bytes[slot] = reserved = SLOT_KEPT_BYTES;
  }
  memset(request, 0, used < reserved ? used : reserved);
  channel->used_bytes[slot] = 0;
}

/* Frees the abandoned slots that the worker has answered since. Lock held. */
static void collect_abandoned(struct channel *channel) {
  if (channel->abandoned == 0) return;
  for (uint32_t i = 0; i < SLOT_COUNT; i++) {
    if (channel->owner[i] != OWNER_ABANDONED) continue;
    struct channel_slot *slot = channel_slot_at(channel->segment, i);
    if (atomic_load_explicit(&slot->answer_number, memory_order_acquire) !=
        channel->number[i])
      continue;
    wipe_slot(channel, i);
    memset(channel_answer_area(channel->segment, i), 0, SLOT_ANSWER_BYTES);
    channel->owner[i] = OWNER_FREE;
    channel->abandoned--;
  }
}

void channel_tidy(struct channel *channel) {
  pthread_mutex_lock(&channel->lock);
  collect_abandoned(channel);
  pthread_mutex_unlock(&channel->lock);
}

/* Lock held. A slot number, or SLOT_COUNT if none is free. */
static uint32_t find_free(const struct channel *channel, bool large) {
  uint32_t from = large ? 0 : LARGE_SLOTS;
  uint32_t to = large ? LARGE_SLOTS : SLOT_COUNT;
  for (uint32_t i = from; i < to; i++)
    if (channel->owner[i] == OWNER_FREE) return i;
  return SLOT_COUNT;
}

/* Lock held. */
static void take_slot(struct channel *channel, uint32_t slot,
                      const struct channel_call *call) {
  channel->owner[slot] = OWNER_BUSY;
  channel->began_ns[slot] = channel_now_ns();
  channel->patience_ns[slot] = channel->began_ns[slot] + call->work_ns;
  if (slot >= LARGE_SLOTS) return;
  if (channel_now_ns() > channel->large_until_ns) channel->large_bytes = 0;
  if (call->request_bytes > channel->large_bytes)
    channel->large_bytes = (uint32_t)call->request_bytes;
  channel->large_until_ns =
      call->deadline_ns + LARGE_CALL_COUNTS_MS * 1000000ull;
}

/* Waits until a slot may be free. No answer to an abandoned slot wakes those
 * who wait here, so they look in steps while there is one. Lock held. */
static void await_slot(struct channel *channel, uint64_t deadline_ns) {
  uint64_t step_ns = channel_in_ms(ABANDONED_STEP_MS);
  if (channel->abandoned > 0 && step_ns < deadline_ns) deadline_ns = step_ns;
  struct timespec until = channel_timespec(deadline_ns);
  pthread_cond_timedwait(&channel->slot_freed, &channel->lock, &until);
}

static enum channel_status claim_slot(struct channel *channel, bool large,
                                      const struct channel_call *call,
                                      uint32_t *slot) {
  enum channel_status status = CHANNEL_ANSWERED;
  pthread_mutex_lock(&channel->lock);
  for (;;) {
    if (atomic_load(&channel->dead)) {
      status = CHANNEL_DEAD;
      break;
    }
    collect_abandoned(channel);
    *slot = find_free(channel, large);
    if (*slot != SLOT_COUNT) {
      take_slot(channel, *slot, call);
      break;
    }
    if (channel_now_ns() >= call->deadline_ns) {
      status = CHANNEL_FULL;
      break;
    }
    await_slot(channel, call->deadline_ns);
  }
  pthread_mutex_unlock(&channel->lock);
  return status;
}

/* A slot whose wait ended without an answer is not used again before its
 * worker has answered it. */
static void leave_slot(struct channel *channel, uint32_t slot,
                       enum channel_status status) {
  bool answered = status != CHANNEL_LATE && status != CHANNEL_DEAD;
  if (answered) wipe_slot(channel, slot);
  pthread_mutex_lock(&channel->lock);
  channel->owner[slot] = answered ? OWNER_FREE : OWNER_ABANDONED;
  if (!answered) channel->abandoned++;
  pthread_cond_broadcast(&channel->slot_freed);
  pthread_mutex_unlock(&channel->lock);
}

static bool reserve(struct channel *channel, uint32_t slot, uint32_t bytes) {
  if (bytes <= channel->reserved_bytes[slot]) return true;
  uint32_t wanted = (bytes + 0xffffu) & ~0xffffu;
  off_t from = (off_t)(channel_request_area(channel->segment, slot) -
                       (uint8_t *)channel->segment);
  if (fallocate(channel->fd, 0, from, (off_t)wanted) != 0) return false;
  channel->reserved_bytes[slot] = wanted;
  return true;
}

static enum channel_status wait_for_answer(struct channel *channel,
                                           struct channel_slot *slot,
                                           uint32_t number,
                                           uint64_t deadline_ns,
                                           const struct spin_plan *plan) {
  if (plan->way != SPIN_NONE)
    spin_until(&slot->answer_number, number, plan->start_ns + SPIN_NS);
  for (;;) {
    /* Meets the release in worker.c: the answer is there when this is. */
    uint32_t seen =
        atomic_load_explicit(&slot->answer_number, memory_order_acquire);
    if (seen == number) return CHANNEL_ANSWERED;
    if (atomic_load(&channel->dead)) return CHANNEL_DEAD;
    if (channel_now_ns() >= deadline_ns) return CHANNEL_LATE;
    channel_wait(&slot->answer_number, seen, deadline_ns);
  }
}

struct part {
  enum slot_kind kind;
  uint32_t offset;
  uint32_t bytes;
};

/* Sends one part that stands in the request area, and waits. Looks at the
 * time first: a worker whose answers are there at once could otherwise draw
 * a call of many small parts out for as long as it likes. */
static enum channel_status exchange(struct channel *channel, uint32_t index,
                                    const struct channel_call *call,
                                    struct part part) {
  if (channel_now_ns() >= call->deadline_ns) return CHANNEL_LATE;
  struct channel_slot *slot = channel_slot_at(channel->segment, index);
  uint32_t number = channel->number[index] + 1;
  if (number == CHANNEL_DEAD_NUMBER) number = 1;
  channel->number[index] = number;
  slot->kind = part.kind;
  slot->deadline_ns = call->deadline_ns;
  slot->method_bytes = (uint32_t)call->method_bytes;
  slot->total_bytes = (uint32_t)(call->method_bytes + call->request_bytes);
  slot->part_offset = part.offset;
  slot->part_bytes = part.bytes;
  slot->list = call->list;
  slot->placed = call->placed;
  slot->tag = call->tag;
  slot->position = call->position;
  /* Meets the acquire in worker.c: the part is there when this is. */
  atomic_store_explicit(&slot->request_number, number, memory_order_release);
  struct spin_plan plan = spin_begin(&channel->spin, channel_now_ns());
  atomic_store_explicit(&channel->segment->spin_ns,
                        plan.way == SPIN_BOTH ? SPIN_NS : 0,
                        memory_order_relaxed);
  channel_ring(channel->segment);
  enum channel_status status =
      wait_for_answer(channel, slot, number, call->deadline_ns, &plan);
  spin_end(&channel->spin, &plan, channel_now_ns(),
           status == CHANNEL_ANSWERED);
  return status;
}

/* Copies bytes [offset, offset + length) of "method" + "request". */
static void copy_call(uint8_t *to, const struct channel_call *call,
                      size_t offset, size_t length) {
  if (offset < call->method_bytes) {
    size_t head = call->method_bytes - offset;
    if (head > length) head = length;
    memcpy(to, call->method + offset, head);
    to += head;
    offset += head;
    length -= head;
  }
  if (length > 0)
    memcpy(to, call->request + (offset - call->method_bytes), length);
}

/* Copies the slot's answer, checks it, and appends its bytes to *answer.
 * Nothing of it stays in the segment: it may name a credential. */
static enum channel_status take_part(struct channel *channel, uint32_t index,
                                     struct channel_answer *answer,
                                     size_t *taken) {
  struct channel_slot seen;
  memcpy(&seen, channel_slot_at(channel->segment, index), sizeof seen);
  if (seen.outcome != SLOT_ANSWER) return CHANNEL_FAILED;
  uint64_t total = (uint64_t)seen.answer_bytes + seen.publish_bytes;
  if (seen.answer_part_bytes > SLOT_ANSWER_BYTES || seen.rc > 1 ||
      seen.answer_bytes == 0 || total > ANSWER_LIMIT_BYTES ||
      seen.answer_part_bytes == 0 ||
      seen.answer_part_bytes > total - *taken)
    return CHANNEL_CORRUPT;
  if (answer->bytes == NULL) {
    answer->bytes = malloc(total);
    if (answer->bytes == NULL) return CHANNEL_NO_MEMORY;
    answer->answer_bytes = seen.answer_bytes;
    answer->publish_bytes = seen.publish_bytes;
    answer->rc = (int)seen.rc;
  } else if (answer->answer_bytes != seen.answer_bytes ||
             answer->publish_bytes != seen.publish_bytes ||
             answer->rc != (int)seen.rc) {
    return CHANNEL_CORRUPT;
  }
  uint8_t *bytes = answer->bytes + *taken;
  uint8_t *area = channel_answer_area(channel->segment, index);
  memcpy(bytes, area, seen.answer_part_bytes);
  memset(area, 0, seen.answer_part_bytes);
  if (channel_checksum(channel->number[index], &seen, bytes,
                       seen.answer_part_bytes) != seen.checksum)
    return CHANNEL_CORRUPT;
  *taken += seen.answer_part_bytes;
  return CHANNEL_ANSWERED;
}

static enum channel_status send_request(struct channel *channel,
                                        uint32_t index,
                                        const struct channel_call *call) {
  size_t total = call->method_bytes + call->request_bytes;
  for (size_t sent = 0;;) {
    size_t bytes = total - sent;
    if (bytes > SLOT_REQUEST_BYTES) bytes = SLOT_REQUEST_BYTES;
    if (!reserve(channel, index, (uint32_t)bytes)) return CHANNEL_NO_MEMORY;
    if (bytes > channel->used_bytes[index])
      channel->used_bytes[index] = (uint32_t)bytes;
    copy_call(channel_request_area(channel->segment, index), call, sent,
              bytes);
    enum channel_status status =
        exchange(channel, index, call,
                 (struct part){SLOT_PART, (uint32_t)sent, (uint32_t)bytes});
    if (status != CHANNEL_ANSWERED) return status;
    sent += bytes;
    uint32_t outcome = channel_slot_at(channel->segment, index)->outcome;
    if (outcome == SLOT_NEED_WHOLE && call->list != 0)
      return CHANNEL_NEED_WHOLE;
    if (outcome != SLOT_GO_ON && outcome != SLOT_ANSWER)
      return CHANNEL_FAILED;
    if ((outcome == SLOT_GO_ON) != (sent < total)) return CHANNEL_CORRUPT;
    if (outcome == SLOT_ANSWER) return CHANNEL_ANSWERED;
  }
}

static enum channel_status receive_answer(struct channel *channel,
                                          uint32_t index,
                                          const struct channel_call *call,
                                          struct channel_answer *answer) {
  size_t taken = 0;
  for (;;) {
    enum channel_status status = take_part(channel, index, answer, &taken);
    if (status != CHANNEL_ANSWERED) return status;
    if (taken == answer->answer_bytes + answer->publish_bytes)
      return CHANNEL_ANSWERED;
    status = exchange(channel, index, call,
                      (struct part){SLOT_CONTINUE, (uint32_t)taken, 0});
    if (status != CHANNEL_ANSWERED) return status;
  }
}

enum channel_status channel_call(struct channel *channel,
                                 const struct channel_call *call,
                                 struct channel_answer *answer) {
  uint32_t slot;
  bool large = call->method_bytes + call->request_bytes > SLOT_REQUEST_BYTES;
  enum channel_status status =
      claim_slot(channel, large, call, &slot);
  if (status != CHANNEL_ANSWERED) return status;
  *answer = (struct channel_answer){0};
  status = send_request(channel, slot, call);
  if (status == CHANNEL_ANSWERED)
    status = receive_answer(channel, slot, call, answer);
  bool unfair = status == CHANNEL_LATE &&
                channel_now_ns() - channel->began_ns[slot] <
                    FAIR_SHARE_MS * 1000000ull;
  leave_slot(channel, slot, status);
  if (status != CHANNEL_ANSWERED) {
    free(answer->bytes);
    *answer = (struct channel_answer){0};
  }
  return unfair ? CHANNEL_FULL : status;
}
