/* Plays a worker that shows its argument, and ends when its input does. One
 * that begins with "version:" makes the layout another one. */
#define _GNU_SOURCE
#include "channel/channel.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool show(const char *text) {
  const char *failed, version[] = "version:";
  struct channel *channel = channel_create(&failed);
  if (channel == NULL) return false;
  if (strncmp(text, version, sizeof version - 1) == 0)
    channel->segment->version++;
  struct channel_board *board =
      (void *)((uint8_t *)channel->segment + BOARD_OFFSET);
  board->length = (uint32_t)strlen(text);
  memcpy(board->bytes, text, board->length);
  return dup2(channel->fd, WORKER_CHANNEL_FD) == WORKER_CHANNEL_FD;
}

int main(int count, char **words) {
  if (count != 2 || !show(words[1])) return 1;
  puts("shown");
  fflush(stdout);
  return getchar() != EOF;
}
