/* The host's C contract, transcribed; nothing of ours.
 *
 * Source: CLIProxyAPI v7.2.140, commit a7e3596b, internal/pluginhost
 * loader_unix.go lines 12 to 36 (layouts) and 111 to 224 (load, call,
 * unload); sdk/pluginabi/types.go line 7 (ABI version). Facts about the host
 * are cited here once; the other files point here.
 *
 * Threads: the host makes each call on a thread of its own choice, many at
 * once, and never twice on the same one for sure (client_guard.go 32 to 41).
 * There is no timeout on its side.
 */
#ifndef CLIPROXY_ABI_H
#define CLIPROXY_ABI_H

#include <stddef.h>
#include <stdint.h>

#define CLIPROXY_ABI_VERSION 1

/* An answer. The host zeroes it before a call and gives ptr and len back to
 * the plugin's free_buffer, exactly once, whenever ptr is not NULL. */
typedef struct {
  void *ptr;
  size_t len;
} cliproxy_buffer;

/* [any thread] Never after shutdown() has returned. The callee copies method
 * and request. A response belongs to the host: give it back to free_buffer. */
typedef int (*cliproxy_host_call_fn)(void *host_ctx, const char *method,
                                     const uint8_t *request,
                                     size_t request_len,
                                     cliproxy_buffer *response);
typedef void (*cliproxy_host_free_fn)(void *ptr, size_t len);

/* Valid from init until shutdown() returns. */
typedef struct {
  uint32_t abi_version;
  void *host_ctx;
  cliproxy_host_call_fn call;
  cliproxy_host_free_fn free_buffer;
} cliproxy_host_api;

/* [any thread, many at once] method and request are the host's and die when
 * the call returns. request may be NULL when request_len is 0. */
typedef int (*cliproxy_plugin_call_fn)(const char *method,
                                       const uint8_t *request,
                                       size_t request_len,
                                       cliproxy_buffer *response);
typedef void (*cliproxy_plugin_free_fn)(void *ptr, size_t len);

/* [host, once, no call running] The code may be unmapped when it returns. */
typedef void (*cliproxy_plugin_shutdown_fn)(void);

/* Host memory, zeroed; may be written during init only. */
typedef struct {
  uint32_t abi_version;
  cliproxy_plugin_call_fn call;
  cliproxy_plugin_free_fn free_buffer;
  cliproxy_plugin_shutdown_fn shutdown;
} cliproxy_plugin_api;

/* The one symbol the host looks up. 0 is success. */
int cliproxy_plugin_init(const cliproxy_host_api *host,
                         cliproxy_plugin_api *plugin);

_Static_assert(sizeof(cliproxy_buffer) == 16, "buffer layout");
_Static_assert(sizeof(cliproxy_host_api) == 32, "host layout");
_Static_assert(sizeof(cliproxy_plugin_api) == 32, "plugin layout");
_Static_assert(offsetof(cliproxy_plugin_api, call) == 8, "plugin layout");

#endif
