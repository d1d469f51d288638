/* Host role: one pick: by an answer in advance, else by the worker, else by
 * the answer on failure.
 */
#ifndef PICK_H
#define PICK_H

#include "plugin.h"

/* [any thread, many at once, as a reader of plugin->advance] Answers the pick
 * if it is known in advance. False: pick_ask() is to be called, no longer as
 * a reader, with the question. */
bool pick_serve(struct plugin *plugin, const uint8_t *request, size_t length,
                cliproxy_buffer *response, struct advance_question *question);

/* [any thread, many at once] Asks the worker, and keeps what it says of
 * further picks; the return code. */
int pick_ask(struct plugin *plugin, const uint8_t *request, size_t length,
             struct advance_question *question, cliproxy_buffer *response);

/* [any thread, many at once] One call of another method to the current
 * worker, with the patience that a pick gets. Fills *answer on
 * CHANNEL_ANSWERED. */
enum channel_status pick_ask_worker(struct plugin *plugin,
                                    struct channel_call *call,
                                    struct channel_answer *answer);

#endif
