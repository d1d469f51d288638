/* Host role: what a worker answers, taken with care: for picks, configs, and
 * what nobody waits for.
 */
#ifndef WORKER_ANSWERS_H
#define WORKER_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/publication.h"
#include "channel/channel.h"
#include "host/cliproxy_abi.h"

/* [any thread] Whether these bytes begin and end as an envelope does. What
 * else a broken worker says is no answer for the host, which would fail the
 * client's request. */
bool worker_answers_are_envelope(const uint8_t *bytes, size_t length);

/* [any thread] Asks the worker, and takes no answer that does not look like
 * an envelope. Like channel_call() otherwise. */
enum channel_status worker_answers_ask(struct channel *channel,
                                       const struct channel_call *call,
                                       struct channel_answer *answer);

/* [any thread] Reads what a worker published with a pick or a report. False:
 * nothing, or nothing that could be served. */
bool worker_answers_read_publication(const struct channel_answer *answer,
                                     struct publication *publication);

/* [any thread] Hands an answer over to the host, or frees it. */
void worker_answers_give(struct channel_answer *answer,
                         cliproxy_buffer *response);

#endif
