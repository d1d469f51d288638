/* See ring.h. */
#include "ring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what, const char *name) {
  fprintf(stderr, "harness: %s %s\n", what, name);
  exit(3);
}

struct bytes read_file(const char *path) {
  struct bytes bytes = {0};
  FILE *file = fopen(path, "rb");
  if (file == NULL) die("cannot open", path);
  fseek(file, 0, SEEK_END);
  bytes.length = (size_t)ftell(file);
  rewind(file);
  bytes.data = malloc(bytes.length + 1);
  if (bytes.data == NULL ||
      fread(bytes.data, 1, bytes.length, file) != bytes.length)
    die("cannot read", path);
  bytes.data[bytes.length] = 0;
  fclose(file);
  return bytes;
}

/* `items` with room for one more after the first `count`: doubles when that
 * is a power of two. */
static void *with_room(void *items, size_t count, size_t size) {
  if ((count & (count - 1)) != 0) return items;
  void *larger = realloc(items, (count == 0 ? 1 : 2 * count) * size);
  if (larger == NULL) die("out of memory", "");
  return larger;
}

static void add_bytes(struct bytes_list *list, uint8_t *data, size_t length) {
  list->items = with_room(list->items, list->count, sizeof *list->items);
  list->items[list->count++] = (struct bytes){data, length};
}

static void add_answer(struct ring *ring, const uint8_t *data, size_t length) {
  ring->answers =
      with_room(ring->answers, ring->answer_count, sizeof *ring->answers);
  ring->answers[ring->answer_count++] = fingerprint(data, length);
}

static void add_entry(struct ring *ring, const char *line) {
  struct ring_entry entry;
  if (sscanf(line, "%zu %zu %zu %zu", &entry.prefix, &entry.tail, &entry.first,
             &entry.count) != 4 ||
      entry.prefix >= ring->prefixes.count ||
      entry.tail >= ring->tails.count ||
      entry.first + entry.count > ring->answer_count)
    die("bad entry", line);
  ring->entries = with_room(ring->entries, ring->count, sizeof entry);
  ring->entries[ring->count++] = entry;
}

static void add_line(struct ring *ring, uint8_t *line, size_t length) {
  switch (*line) {
    case 'P': return add_bytes(&ring->prefixes, line + 1, length - 1);
    case 'T': return add_bytes(&ring->tails, line + 1, length - 1);
    case 'A': return add_answer(ring, line + 1, length - 1);
    case 'U': ring->unhandled = fingerprint(line + 1, length - 1); return;
    case 'R': return add_entry(ring, (const char *)line + 1);
    default: die("bad line", (const char *)line);
  }
}

void ring_read(struct ring *ring, const char *path) {
  struct bytes file = read_file(path);
  *ring = (struct ring){.text = file.data};
  uint8_t *end = file.data + file.length;
  for (uint8_t *line = file.data; line < end;) {
    uint8_t *stop = memchr(line, '\n', (size_t)(end - line));
    if (stop == NULL) die("no line end in", path);
    *stop = 0;
    add_line(ring, line, (size_t)(stop - line));
    line = stop + 1;
  }
  if (ring->count == 0) die("no entry in", path);
}

void ring_free(struct ring *ring) {
  free(ring->text);
  free(ring->prefixes.items);
  free(ring->tails.items);
  free(ring->answers);
  free(ring->entries);
  *ring = (struct ring){0};
}

struct bytes ring_request(const struct ring *ring, size_t at) {
  const struct ring_entry *entry = &ring->entries[at % ring->count];
  const struct bytes *prefix = &ring->prefixes.items[entry->prefix];
  const struct bytes *tail = &ring->tails.items[entry->tail];
  size_t length = prefix->length + tail->length;
  uint8_t *data = malloc(length);
  if (data == NULL) die("out of memory", "");
  memcpy(data, prefix->data, prefix->length);
  memcpy(data + prefix->length, tail->data, tail->length);
  return (struct bytes){data, length};
}

enum verdict ring_judge(const struct ring *ring, size_t at, uint64_t print,
                        size_t *hint) {
  const struct ring_entry *entry = &ring->entries[at % ring->count];
  for (size_t i = 0; i < entry->count; i++) {
    size_t number = (*hint + i) % entry->count;
    if (ring->answers[entry->first + number] != print) continue;
    *hint = number + 1;
    return ANSWER_GOOD;
  }
  return print == ring->unhandled ? ANSWER_UNHANDLED : ANSWER_WRONG;
}
