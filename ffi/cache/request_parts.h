/* Host role: finds parts of a pick's request by their bytes. The host writes
 * the fields in a fixed order, without white space, and keys of maps sorted:
 *
 *   head   {"Plugin":{…},"Provider":"…","Providers":[…],"Model":"…","Stream":…,"Options":
 *   middle {"Headers":{"…":["…"]},"Metadata":{"…":…}}
 *   tail   ,"Candidates":[…]}
 *
 * sdk/pluginapi/types.go:478-517 of the host (cliproxy_abi.h names the
 * version). Head and middle are gone through from their first byte to their
 * last, and whatever is written in another way is unclear: valid JSON that no
 * host writes today could mean something else than its bytes seem to say.
 * Nothing here decides: equal bytes are equal parts.
 */
#ifndef REQUEST_PARTS_H
#define REQUEST_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "publication.h"

/* What a tail begins with. */
#define TAIL_START ",\"Candidates\":"
#define TAIL_START_BYTES (sizeof TAIL_START - 1)

enum field_state {
  FIELD_ABSENT,  /* no such key */
  FIELD_TEXT,    /* a string */
  FIELD_UNCLEAR, /* anything else */
};

struct field_value {
  enum field_state state;
  const uint8_t *bytes; /* the string as it is written, escapes and all */
  size_t length;
};

/* The name of a metadata field. It needs no escape in JSON. */
struct field_name {
  uint8_t bytes[FIELD_NAME_BYTES];
  uint32_t length;
};

/* Bytes that many requests begin with, so that they need not be gone through
 * each time: request_opening_bytes() of one that a worker has understood. */
struct request_opening {
  const uint8_t *bytes;
  size_t length; /* 0: none is known */
};

struct request_parts {
  size_t head_bytes;
  struct field_value values[FIELD_LIMIT]; /* of the fields asked for */
};

/* [any thread] Length of what a request begins with up to the colon after
 * "Provider", which is the same for all requests; 0: it begins otherwise. */
size_t request_opening_bytes(const uint8_t *prefix, size_t length);

/* [any thread] Reads a request up to its tail: the prefix. Looks for `count`
 * fields of the metadata, not in what stands within it; what it finds points
 * into the prefix. False: something is not as the host writes it. */
bool request_read(const uint8_t *prefix, size_t length,
                  struct request_opening opening,
                  const struct field_name *names, uint32_t count,
                  struct request_parts *parts);

#endif
