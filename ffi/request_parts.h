/* Host role: finds parts of a pick's request by their bytes, without reading
 * its JSON. The host writes the fields in a fixed order:
 *
 *   head   {"Plugin":…,"Provider":…,"Providers":…,"Model":…,"Stream":…,"Options":
 *   middle {"Headers":{…},"Metadata":{…}}
 *   tail   ,"Candidates":[…]}
 *
 * sdk/pluginapi/types.go:478-517 of the host (cliproxy_abi.h names the
 * version). Nothing here decides: equal bytes are equal parts, and what is
 * not clear is said to be so.
 */
#ifndef REQUEST_PARTS_H
#define REQUEST_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a tail begins with. */
#define TAIL_START ",\"Candidates\":"
#define TAIL_START_BYTES (sizeof TAIL_START - 1)

/* [any thread] Length of the head, its colon included; 0 if there is none.
 * `guess` is looked at first: the head of a request that was the same up to
 * there ends there too. */
size_t request_head_bytes(const uint8_t *request, size_t length,
                          size_t guess);

enum field_state {
  FIELD_ABSENT,  /* no such key */
  FIELD_TEXT,    /* exactly once, and a string */
  FIELD_UNCLEAR, /* anything else */
};

struct field_value {
  enum field_state state;
  const uint8_t *bytes; /* the string as it is written, escapes and all */
  size_t length;
};

/* [any thread] Looks for `"name":"value"` directly after { or , in the
 * metadata, not in an object within it. The name needs no escape in JSON. */
struct field_value request_field(const uint8_t *middle, size_t length,
                                 const uint8_t *name, size_t name_bytes);

#endif
