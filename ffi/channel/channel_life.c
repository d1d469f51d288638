/* The host's side of the channel, as far as the worker's life goes: waking
 * it, asking whether it lives, telling it to stop, and noting that it is
 * gone. See channel.h. */
#include "channel.h"

void channel_ring(struct channel_header *segment) {
  /* Sequentially consistent, as the worker's store of worker_waiting and its
   * second look at the doorbell are: one of the two sees the other. */
  atomic_fetch_add(&segment->doorbell, 1);
  if (atomic_load(&segment->worker_waiting)) channel_wake(&segment->doorbell);
}

void channel_mark_dead(struct channel *channel) {
  pthread_mutex_lock(&channel->lock);
  atomic_store(&channel->dead, true);
  pthread_cond_broadcast(&channel->slot_freed);
  pthread_mutex_unlock(&channel->lock);
  for (uint32_t i = 0; i < SLOT_COUNT; i++) {
    struct channel_slot *slot = channel_slot_at(channel->segment, i);
    atomic_store(&slot->answer_number, CHANNEL_DEAD_NUMBER);
    channel_wake(&slot->answer_number);
  }
}

void channel_ask_to_stop(struct channel *channel) {
  atomic_store(&channel->segment->stop, 1);
  channel_ring(channel->segment);
}

void channel_set_suspect(struct channel *channel, bool suspect) {
  atomic_store(&channel->suspect, suspect);
}

bool channel_is_suspect(struct channel *channel) {
  return atomic_load(&channel->suspect);
}

uint32_t channel_ping(struct channel *channel) {
  uint32_t ping = atomic_fetch_add(&channel->segment->ping, 1) + 1;
  channel->pinged_ns = channel_now_ns();
  channel_ring(channel->segment);
  return ping;
}

bool channel_await_pong(struct channel *channel, uint32_t ping,
                        uint64_t wait_ns) {
  _Atomic uint32_t *pong = &channel->segment->pong;
  uint32_t seen = atomic_load(pong);
  if (seen != ping) channel_wait(pong, seen, channel_now_ns() + wait_ns);
  return atomic_load(pong) == ping;
}

uint64_t channel_patience_ns(struct channel *channel, uint64_t silent_ns) {
  uint64_t until_ns = channel->pinged_ns + silent_ns;
  pthread_mutex_lock(&channel->lock);
  for (uint32_t i = 0; i < SLOT_COUNT; i++) {
    if (channel->owner[i] != OWNER_FREE &&
        channel->began_ns[i] <= channel->pinged_ns &&
        channel->patience_ns[i] > until_ns)
      until_ns = channel->patience_ns[i];
  }
  pthread_mutex_unlock(&channel->lock);
  return until_ns;
}

uint32_t channel_large_bytes(struct channel *channel) {
  pthread_mutex_lock(&channel->lock);
  uint32_t bytes = channel_now_ns() < channel->large_until_ns
                       ? channel->large_bytes
                       : 0;
  pthread_mutex_unlock(&channel->lock);
  return bytes;
}
