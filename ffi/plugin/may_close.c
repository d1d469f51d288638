/* See may_close.h. */
#include "may_close.h"

#include <stdlib.h>
#include <string.h>

#include "channel/wipe.h"

/* A config or the rest of one, by the place in it. */
struct text {
  const uint8_t *bytes;
  size_t length;
};

static uint8_t lower(uint8_t byte) {
  return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

/* 0 behind the end. */
static uint8_t byte_at(struct text text, size_t at) {
  return at < text.length ? text.bytes[at] : 0;
}

/* ASCII letters of any case; `word` has small ones. */
static bool has_word_at(struct text text, size_t at, const char *word) {
  for (; *word != 0; word++, at++)
    if (at >= text.length || lower(text.bytes[at]) != (uint8_t)*word)
      return false;
  return true;
}

static bool is_blank(uint8_t byte) { return byte == ' ' || byte == '\t'; }

static bool is_line_end(uint8_t byte) { return byte == '\n' || byte == '\r'; }

static bool is_quote(uint8_t byte) { return byte == '"' || byte == '\''; }

static bool is_letter(uint8_t byte) {
  return lower(byte) >= 'a' && lower(byte) <= 'z';
}

static bool is_of_word(uint8_t byte) {
  return is_letter(byte) || (byte >= '0' && byte <= '9') || byte == '_';
}

static size_t behind_blanks(struct text text, size_t at) {
  while (is_blank(byte_at(text, at))) at++;
  return at;
}

/* The end of the line, or `until`. */
static size_t behind_line(struct text text, size_t at, size_t until) {
  while (at < text.length && at < until && !is_line_end(text.bytes[at])) at++;
  return at;
}

/* ---- the value of a "deny" ---- */

/* What YAML 1.1 reads as false, and with no quotes as nothing. */
static const char *const OFF[] = {"false", "False", "FALSE", "no", "No", "NO",
                                  "off",   "Off",   "OFF",   "n",  "N"};
static const char *const NOTHING[] = {"~", "null", "Null", "NULL"};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static bool is_one_of(struct text text, size_t at, size_t length,
                      const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strlen(words[i]) == length &&
        memcmp(text.bytes + at, words[i], length) == 0)
      return true;
  return false;
}

/* A "deny" that was found. */
struct deny {
  size_t start;  /* of the key, its quote included */
  size_t column; /* in its line */
  bool in_flow;  /* a brace before it is open */
};

/* Whether what stands on the lines from `at` on may belong to the value. */
static bool goes_on(struct text text, struct deny deny, size_t at,
                    bool is_empty) {
  size_t line = at, until = at + MAY_CLOSE_GAP_BYTES;
  if (at < text.length && !is_line_end(text.bytes[at])) return true;
  for (;;) {
    if (at >= text.length) return false;
    if (at >= until) return true;
    uint8_t byte = text.bytes[at];
    if (is_line_end(byte))
      line = ++at;
    else if (is_blank(byte))
      at++;
    else if (byte == '#')
      at = behind_line(text, at, until);
    else
      break;
  }
  uint8_t first = text.bytes[at];
  if (first == ',' || first == '}' || first == ']') return false;
  if (deny.in_flow && is_empty) return true;
  size_t column = at - line;
  return column > deny.column ||
         (is_empty && first == '-' && column == deny.column);
}

/* `at` is behind the colon. */
static bool is_off(struct text text, struct deny deny, size_t at) {
  at = behind_blanks(text, at);
  uint8_t quote = is_quote(byte_at(text, at)) ? text.bytes[at++] : 0;
  size_t start = at;
  while (is_letter(byte_at(text, at)) || byte_at(text, at) == '~') at++;
  size_t length = at - start;
  bool off = length == 0 ||
             is_one_of(text, start, length, OFF, COUNT(OFF)) ||
             (quote == 0 &&
              is_one_of(text, start, length, NOTHING, COUNT(NOTHING)));
  if (!off) return false;
  if (quote != 0 && byte_at(text, at++) != quote) return false;
  size_t end = behind_blanks(text, at);
  if (end >= text.length) return true;
  uint8_t next = text.bytes[end];
  /* Outside of braces it is part of a text: "no, x". */
  if (next == ',' || next == '}' || next == ']') return deny.in_flow;
  if (next == '#' && is_blank(text.bytes[end - 1]))
    end = behind_line(text, end, end + MAY_CLOSE_GAP_BYTES);
  else if (!is_line_end(next))
    return false;
  return !goes_on(text, deny, end, length == 0 && quote == 0);
}

/* ---- the words ---- */

static bool is_explicit_key(struct text text, size_t start) {
  while (start > 0 && is_blank(text.bytes[start - 1])) start--;
  return start > 0 && text.bytes[start - 1] == '?';
}

/* Whether the "deny" at this place is a key that is not plainly off. */
static bool is_active(struct text text, size_t at, size_t line,
                      bool in_flow) {
  size_t start = at;
  if (start > 0 && is_of_word(text.bytes[start - 1])) return false;
  if (start > 0 && is_quote(text.bytes[start - 1])) start--;
  at += 4;
  if (is_of_word(byte_at(text, at))) return false;
  if (is_explicit_key(text, start)) return true;
  if (is_quote(byte_at(text, at))) at++;
  at = behind_blanks(text, at);
  struct deny deny = {start, start - line, in_flow};
  return byte_at(text, at) == ':' && !is_off(text, deny, at + 1);
}

static bool yaml_may_close(struct text text) {
  size_t line = 0, braces = 0;
  for (size_t at = 0; at < text.length; at++) {
    switch (lower(text.bytes[at])) {
      case '\n':
      case '\r':
        line = at + 1;
        break;
      case '{':
        braces++;
        break;
      case '}':
        if (braces > 0) braces--;
        break;
      case 'o':
        if (has_word_at(text, at, "otherwise")) return true;
        break;
      case 'r':
        if (has_word_at(text, at, "refuse")) return true;
        break;
      case 'd':
        if (has_word_at(text, at, "deny") &&
            is_active(text, at, line, braces > 0))
          return true;
        break;
    }
  }
  return false;
}

/* ---- the request ---- */

#define KEY "config_yaml"
#define KEY_BYTES (sizeof KEY - 1)

static size_t behind_space(struct text text, size_t at) {
  while (is_blank(byte_at(text, at)) || is_line_end(byte_at(text, at))) at++;
  return at;
}

static bool has_byte(struct text text, size_t from, size_t to, uint8_t byte) {
  return from < to && memchr(text.bytes + from, byte, to - from) != NULL;
}

/* 64: not a digit. */
static uint8_t digit_of(uint8_t byte) {
  if (byte >= 'A' && byte <= 'Z') return (uint8_t)(byte - 'A');
  if (byte >= 'a' && byte <= 'z') return (uint8_t)(byte - 'a' + 26);
  if (byte >= '0' && byte <= '9') return (uint8_t)(byte - '0' + 52);
  if (byte == '+') return 62;
  return byte == '/' ? 63 : 64;
}

/* What is decoded goes to `to`, which has room for all of it. `*at` goes
 * behind the value. */
static bool decode_base64(struct text request, size_t *at, uint8_t *to,
                          size_t *count) {
  size_t digits = 0, padding = 0;
  uint32_t bits = 0;
  for (;;) {
    uint8_t byte = byte_at(request, (*at)++);
    if (byte == '"') break;
    if (byte == '\\') {
      byte = byte_at(request, (*at)++);
      if (byte == 'n' || byte == 'r') continue;
      if (byte != '/') return false;
    }
    if (byte == '=') {
      padding++;
      continue;
    }
    uint8_t digit = digit_of(byte);
    if (digit == 64 || padding > 0) return false;
    bits = bits << 6 | digit;
    if (++digits % 4 == 1) continue;
    to[(*count)++] = (uint8_t)(bits >> (6 - 2 * ((digits - 1) % 4)));
  }
  return padding <= 2 && (digits + padding) % 4 == 0;
}

/* The same for `[104,105]`. */
static bool decode_list(struct text request, size_t *at, uint8_t *to,
                        size_t *count) {
  *at = behind_space(request, *at);
  if (byte_at(request, *at) == ']') {
    ++*at;
    return true;
  }
  for (;;) {
    unsigned value = 0, digits = 0;
    *at = behind_space(request, *at);
    for (; byte_at(request, *at) >= '0' && byte_at(request, *at) <= '9' &&
           digits < 4;
         digits++)
      value = 10 * value + (unsigned)(request.bytes[(*at)++] - '0');
    if (digits == 0 || value > 255) return false;
    to[(*count)++] = (uint8_t)value;
    *at = behind_space(request, *at);
    uint8_t next = byte_at(request, (*at)++);
    if (next == ']') return true;
    if (next != ',') return false;
  }
}

/* `at` is at the value. */
static bool value_may_close(struct text request, size_t at) {
  static const char NONE[] = "null";
  uint8_t first = byte_at(request, at);
  if (first == 'n' && request.length - at >= sizeof NONE - 1 &&
      memcmp(request.bytes + at, NONE, sizeof NONE - 1) == 0)
    return has_byte(request, at, request.length, '\\');
  if (first != '"' && first != '[') return true;
  at++;
  size_t count = 0;
  uint8_t *yaml = malloc(request.length);
  if (yaml == NULL) return true;
  bool clear = first == '"' ? decode_base64(request, &at, yaml, &count)
                            : decode_list(request, &at, yaml, &count);
  bool closes = !clear || has_byte(request, at, request.length, '\\') ||
                yaml_may_close((struct text){yaml, count});
  wipe(yaml, count);
  free(yaml);
  return closes;
}

bool may_close(const uint8_t *bytes, size_t length) {
  struct text request = {bytes, length};
  size_t keys = 0, key = 0;
  for (size_t at = 0; at < length; at++)
    if (lower(bytes[at]) == 'c' && has_word_at(request, at, KEY)) {
      keys++;
      key = at;
    }
  if (keys == 0) return has_byte(request, 0, length, '\\');
  if (keys > 1 || key == 0 || bytes[key - 1] != '"' ||
      memcmp(bytes + key, KEY "\"", KEY_BYTES) != 0 ||
      byte_at(request, key + KEY_BYTES) != '"' ||
      has_byte(request, 0, key, '\\'))
    return true;
  size_t at = behind_space(request, key + KEY_BYTES + 1);
  if (byte_at(request, at) != ':') return true;
  return value_may_close(request, behind_space(request, at + 1));
}
