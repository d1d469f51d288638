/* Host role: whether a first config may close something, by its bytes alone,
 * for when no worker can read it. The one place of the C side that looks into
 * a config. It decides nothing else: what may close something is sealed until
 * a worker has read it.
 *
 *   the request's JSON -> "config_yaml" -> base64 -> YAML as bytes
 *     -> the word "otherwise" or "refuse" in any place, or an active "deny"
 *
 * What is not clear counts as closing. src/rpc/may_close.ts has the same rules,
 * and a test holds the two together.
 */
#ifndef MAY_CLOSE_H
#define MAY_CLOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines without content that are looked through for where a value ends, in
 * bytes. A guess; beyond them it is unclear. */
#define MAY_CLOSE_GAP_BYTES 4096u

/* [any thread] `request` is that of plugin.register or plugin.reconfigure.
 * Takes time and memory in proportion to its length; out of memory counts as
 * closing. */
bool may_close(const uint8_t *request, size_t length);

#endif
