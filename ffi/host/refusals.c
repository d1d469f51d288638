/* See refusals.h. */
#include "refusals.h"

#include <inttypes.h>

static const char *const WHY[REFUSAL_KINDS] = {
    [REFUSED_SEALED] = "sealed, since the config has an error or no worker "
                       "can read it",
    [REFUSED_FALLBACK] = "nobody can decide at the moment, and a rule of the "
                         "config isolates",
    [REFUSED_ANY] = "the config refuses every pick",
};

void refusals_note(struct refusals *refusals, enum refusal_kind kind,
                   struct host_log *log) {
  _Atomic bool *begun = &refusals->kinds[kind].begun;
  if (!atomic_load_explicit(begun, memory_order_relaxed) &&
      !atomic_exchange(begun, true)) {
    host_log_say(log, LOG_WARN, "Refused a pick: %s", WHY[kind]);
    return;
  }
  atomic_fetch_add_explicit(&refusals->kinds[kind].more, 1,
                            memory_order_relaxed);
}

void refusals_tell(struct refusals *refusals, struct host_log *log,
                   uint64_t now_ns) {
  for (int kind = 0; kind < REFUSAL_KINDS; kind++) {
    uint64_t *since_ns = &refusals->kinds[kind].since_ns;
    if (!atomic_load(&refusals->kinds[kind].begun)) continue;
    if (*since_ns == 0) *since_ns = now_ns;
    if (now_ns - *since_ns < REFUSALS_TELL_MS * 1000000ull) continue;
    uint64_t more = atomic_exchange(&refusals->kinds[kind].more, 0);
    *since_ns = more > 0 ? now_ns : 0;
    if (more > 0)
      host_log_say(log, LOG_WARN, "Refused %" PRIu64 " more picks: %s", more,
                   WHY[kind]);
    else
      atomic_store(&refusals->kinds[kind].begun, false);
  }
}
