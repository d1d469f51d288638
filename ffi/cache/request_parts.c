/* See request_parts.h. That the request is valid JSON is taken for granted: the
 * host sends no other, and where a string, a list or an object ends is known
 * from its bytes then. */
#include "request_parts.h"

#include <string.h>

struct cursor {
  const uint8_t *at, *end;
};

/* ---- tokens ---- */

static bool take_bytes(struct cursor *cursor, const char *text,
                       size_t length) {
  if ((size_t)(cursor->end - cursor->at) < length ||
      memcmp(cursor->at, text, length) != 0)
    return false;
  cursor->at += length;
  return true;
}

/* Of a literal. */
#define TAKE(cursor, text) take_bytes(cursor, text, sizeof(text) - 1)

#define EACH_BYTE 0x0101010101010101ull
#define HIGH_BITS 0x8080808080808080ull

/* The lowest bit that is set is that of the first byte which is this one; bits
 * above it may be wrong:
 * https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord */
static uint64_t bits_of(uint64_t word, uint8_t byte) {
  uint64_t zero = word ^ (EACH_BYTE * byte);
  return (zero - EACH_BYTE) & ~zero & HIGH_BITS;
}

/* The quote or the backslash that is first from `at` on, or `end`. */
static const uint8_t *find_special(const uint8_t *at, const uint8_t *end) {
  for (; end - at >= 8; at += 8) {
    uint64_t word;
    memcpy(&word, at, 8);
    uint64_t bits = bits_of(word, '"') | bits_of(word, '\\');
    /* Little endian, as every machine that is built for. */
    if (bits != 0) return at + __builtin_ctzll(bits) / 8;
  }
  while (at < end && *at != '"' && *at != '\\') at++;
  return at;
}

/* The quote that ends the string whose first byte is at `at`, or NULL. */
static const uint8_t *find_end(const uint8_t *at, const uint8_t *end) {
  for (;;) {
    at = find_special(at, end);
    if (at == end) return NULL;
    if (*at == '"') return at;
    if (end - at < 2) return NULL;
    at += 2;
  }
}

static bool take_string(struct cursor *cursor, struct field_value *text) {
  if (cursor->at == cursor->end || *cursor->at != '"') return false;
  const uint8_t *start = cursor->at + 1;
  const uint8_t *quote = find_end(start, cursor->end);
  if (quote == NULL) return false;
  *text = (struct field_value){FIELD_TEXT, start, (size_t)(quote - start)};
  cursor->at = quote + 1;
  return true;
}

/* A list or an object, whatever is in it. */
static bool skip_nested(struct cursor *cursor) {
  size_t depth = 0;
  while (cursor->at < cursor->end) {
    uint8_t byte = *cursor->at++;
    if (byte == '"') {
      const uint8_t *quote = find_end(cursor->at, cursor->end);
      if (quote == NULL) return false;
      cursor->at = quote + 1;
    } else if (byte == '{' || byte == '[') {
      depth++;
    } else if (byte == '}' || byte == ']') {
      if (--depth == 0) return true;
    }
  }
  return false;
}

/* A number, true, false or null: at least one byte. */
static bool skip_scalar(struct cursor *cursor) {
  const uint8_t *start = cursor->at;
  while (cursor->at < cursor->end) {
    uint8_t byte = *cursor->at;
    bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
    bool digit = byte >= '0' && byte <= '9';
    if (!letter && !digit && byte != '-' && byte != '+' && byte != '.') break;
    cursor->at++;
  }
  return cursor->at > start;
}

/* Any value. What is no string is unclear as that of a field. */
static bool take_value(struct cursor *cursor, struct field_value *value) {
  *value = (struct field_value){.state = FIELD_UNCLEAR};
  if (cursor->at == cursor->end) return false;
  if (*cursor->at == '"') return take_string(cursor, value);
  bool nested = *cursor->at == '{' || *cursor->at == '[';
  return nested ? skip_nested(cursor) : skip_scalar(cursor);
}

/* A list of strings, or null. */
static bool skip_strings(struct cursor *cursor) {
  struct field_value text;
  if (TAKE(cursor, "null") || TAKE(cursor, "[]")) return true;
  if (!TAKE(cursor, "[")) return false;
  do {
    if (!take_string(cursor, &text)) return false;
  } while (TAKE(cursor, ","));
  return TAKE(cursor, "]");
}

/* ---- objects ---- */

/* A key with its colon. One that is written with an escape may be another
 * than it looks, and one that does not come after the one before may be there
 * twice. */
static bool take_key(struct cursor *cursor, struct field_value *key) {
  struct field_value before = *key;
  if (!take_string(cursor, key) || !TAKE(cursor, ":") ||
      memchr(key->bytes, '\\', key->length) != NULL)
    return false;
  if (before.state != FIELD_TEXT) return true;
  size_t both = before.length < key->length ? before.length : key->length;
  int order = memcmp(before.bytes, key->bytes, both);
  return order < 0 || (order == 0 && before.length < key->length);
}

static bool skip_headers(struct cursor *cursor) {
  struct field_value key = {.state = FIELD_ABSENT};
  if (TAKE(cursor, "null") || TAKE(cursor, "{}")) return true;
  if (!TAKE(cursor, "{")) return false;
  do {
    if (!take_key(cursor, &key) || !skip_strings(cursor)) return false;
  } while (TAKE(cursor, ","));
  return TAKE(cursor, "}");
}

static bool take_metadata(struct cursor *cursor,
                          const struct field_name *names, uint32_t count,
                          struct field_value *values) {
  struct field_value key = {.state = FIELD_ABSENT}, value;
  if (TAKE(cursor, "null") || TAKE(cursor, "{}")) return true;
  if (!TAKE(cursor, "{")) return false;
  do {
    if (!take_key(cursor, &key) || !take_value(cursor, &value)) return false;
    for (uint32_t i = 0; i < count; i++)
      if (names[i].length == key.length &&
          memcmp(names[i].bytes, key.bytes, key.length) == 0)
        values[i] = value;
  } while (TAKE(cursor, ","));
  return TAKE(cursor, "}");
}

/* ---- the request ---- */

size_t request_opening_bytes(const uint8_t *prefix, size_t length) {
  struct cursor cursor = {prefix, prefix + length};
  if (!TAKE(&cursor, "{\"Plugin\":") || cursor.at == cursor.end ||
      *cursor.at != '{' || !skip_nested(&cursor) ||
      !TAKE(&cursor, ",\"Provider\":"))
    return 0;
  return (size_t)(cursor.at - prefix);
}

bool request_read(const uint8_t *prefix, size_t length,
                  struct request_opening opening,
                  const struct field_name *names, uint32_t count,
                  struct request_parts *parts) {
  struct field_value text;
  bool known = opening.length > 0 && opening.length <= length &&
               memcmp(prefix, opening.bytes, opening.length) == 0;
  size_t start = known ? opening.length
                       : request_opening_bytes(prefix, length);
  struct cursor cursor = {prefix + start, prefix + length};
  memset(parts, 0, sizeof *parts);
  if (start == 0 || !take_string(&cursor, &text) ||
      !TAKE(&cursor, ",\"Providers\":") || !skip_strings(&cursor) ||
      !TAKE(&cursor, ",\"Model\":") || !take_string(&cursor, &text) ||
      !TAKE(&cursor, ",\"Stream\":") ||
      !(TAKE(&cursor, "true") || TAKE(&cursor, "false")) ||
      !TAKE(&cursor, ",\"Options\":"))
    return false;
  parts->head_bytes = (size_t)(cursor.at - prefix);
  return TAKE(&cursor, "{\"Headers\":") && skip_headers(&cursor) &&
         TAKE(&cursor, ",\"Metadata\":") &&
         take_metadata(&cursor, names, count, parts->values) &&
         TAKE(&cursor, "}") && cursor.at == cursor.end;
}
