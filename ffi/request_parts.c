/* See request_parts.h. */
#define _GNU_SOURCE
#include "request_parts.h"

#include <string.h>

#include "publication.h"

static const char HEAD_END[] = ",\"Options\":";
#define HEAD_END_BYTES (sizeof HEAD_END - 1)

size_t request_head_bytes(const uint8_t *request, size_t length,
                          size_t guess) {
  if (guess >= HEAD_END_BYTES && guess <= length &&
      memcmp(request + guess - HEAD_END_BYTES, HEAD_END, HEAD_END_BYTES) == 0)
    return guess;
  const uint8_t *end = memmem(request, length, HEAD_END, HEAD_END_BYTES);
  return end == NULL ? 0 : (size_t)(end - request) + HEAD_END_BYTES;
}

/* Where the key `pattern` stands at or after `from`; length if nowhere. In a
 * string a quote has a backslash in front, so that a quote after { or , opens
 * a string, and a string before a colon is a key. */
static size_t find_key(const uint8_t *middle, size_t length, size_t from,
                       const uint8_t *pattern, size_t pattern_bytes) {
  while (from < length) {
    const uint8_t *found =
        memmem(middle + from, length - from, pattern, pattern_bytes);
    if (found == NULL) break;
    size_t at = (size_t)(found - middle);
    if (at > 0 && (middle[at - 1] == '{' || middle[at - 1] == ','))
      return at;
    from = at + 1;
  }
  return length;
}

/* The string that opens at `at`. */
static struct field_value read_string(const uint8_t *middle, size_t length,
                                      size_t at) {
  struct field_value unclear = {.state = FIELD_UNCLEAR};
  if (at >= length || middle[at] != '"') return unclear;
  size_t start = at + 1, end = start;
  while (end < length && middle[end] != '"')
    end += middle[end] == '\\' ? 2 : 1;
  if (end >= length) return unclear;
  return (struct field_value){FIELD_TEXT, middle + start, end - start};
}

static const char METADATA[] = "\"Metadata\":{";
#define METADATA_BYTES (sizeof METADATA - 1)

/* Where the metadata's first key stands; length if there is no metadata. The
 * headers before it hold lists only, so that none of them is taken for it. */
static size_t find_metadata(const uint8_t *middle, size_t length) {
  size_t at = find_key(middle, length, 0, (const uint8_t *)METADATA,
                       METADATA_BYTES);
  return at == length ? length : at + METADATA_BYTES;
}

/* Whether something is written in another way than the host does: letters,
 * digits and _ as escapes. A key could be. */
static bool has_escaped_letter(const uint8_t *bytes, size_t length) {
  static const char ESCAPE[] = "\\u00";
  const uint8_t *end = bytes + length;
  for (const uint8_t *at = bytes;
       (at = memmem(at, (size_t)(end - at), ESCAPE, sizeof ESCAPE - 1)) !=
       NULL;) {
    at += sizeof ESCAPE - 1;
    if (end - at < 2) return false;
    bool digit = at[0] == '3' && at[1] >= '0' && at[1] <= '9';
    if (digit || (at[0] >= '4' && at[0] <= '7')) return true;
  }
  return false;
}

struct field_value request_field(const uint8_t *middle, size_t length,
                                 const uint8_t *name, size_t name_bytes) {
  uint8_t pattern[FIELD_NAME_BYTES + 3];
  size_t pattern_bytes = name_bytes + 3;
  if (name_bytes > FIELD_NAME_BYTES)
    return (struct field_value){.state = FIELD_UNCLEAR};
  size_t metadata = find_metadata(middle, length);
  pattern[0] = '"';
  memcpy(pattern + 1, name, name_bytes);
  pattern[name_bytes + 1] = '"';
  pattern[name_bytes + 2] = ':';
  if (has_escaped_letter(middle + metadata, length - metadata))
    return (struct field_value){.state = FIELD_UNCLEAR};
  /* The brace before the first key is looked at, too. */
  size_t from = metadata == length ? length : metadata - 1;
  size_t at = find_key(middle, length, from, pattern, pattern_bytes);
  if (at == length) return (struct field_value){.state = FIELD_ABSENT};
  /* Behind another brace it may be a key of something within the metadata. */
  if (memchr(middle + metadata, '{', at - metadata) != NULL)
    return (struct field_value){.state = FIELD_UNCLEAR};
  size_t after = at + pattern_bytes;
  if (find_key(middle, length, after, pattern, pattern_bytes) != length)
    return (struct field_value){.state = FIELD_UNCLEAR};
  return read_string(middle, length, after);
}
