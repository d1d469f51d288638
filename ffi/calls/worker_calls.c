/* See worker_calls.h. */
#include "worker_calls.h"

struct channel *worker_calls_find(struct worker_process *process) {
  struct channel *channel = worker_process_channel(process, 0);
  if (channel == NULL || !channel_is_suspect(channel)) return channel;
  channel_release(channel);
  return NULL;
}

void worker_calls_judge(struct worker_process *process,
                        struct advance *advance, struct channel *channel,
                        enum channel_status status) {
  if (status == CHANNEL_LATE) worker_process_late(process, channel);
  if (status != CHANNEL_CORRUPT) return;
  worker_process_replace(process, channel,
                         "an answer of it does not hold together");
  advance_distrust(advance);
}
