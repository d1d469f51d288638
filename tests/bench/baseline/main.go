// A scheduler plugin in Go, the benchmark's measure of what a plugin costs that
// decides in the host's own process: it decodes every pick with encoding/json
// into structs and encodes its answer with encoding/json, as the host's example
// does, and answers byte for byte as that does. Standard library only.
package main

/*
#include <stdint.h>
#include <stdlib.h>

typedef struct {
	void* ptr;
	size_t len;
} cliproxy_buffer;

typedef int (*cliproxy_plugin_call_fn)(char*, uint8_t*, size_t, cliproxy_buffer*);
typedef void (*cliproxy_plugin_free_fn)(void*, size_t);
typedef void (*cliproxy_plugin_shutdown_fn)(void);

typedef struct {
	uint32_t abi_version;
	cliproxy_plugin_call_fn call;
	cliproxy_plugin_free_fn free_buffer;
	cliproxy_plugin_shutdown_fn shutdown;
} cliproxy_plugin_api;

extern int baselineCall(char*, uint8_t*, size_t, cliproxy_buffer*);
extern void baselineFree(void*, size_t);
extern void baselineShutdown(void);
*/
import "C"

import (
	"encoding/json"
	"strings"
	"sync/atomic"
	"unsafe"
)

type configField struct {
	Name        string
	Type        string
	EnumValues  []string
	Description string
}

type metadata struct {
	Name             string
	Version          string
	Author           string
	GitHubRepository string
	Logo             string
	ConfigFields     []configField
}

type registration struct {
	SchemaVersion uint32          `json:"schema_version"`
	Metadata      metadata        `json:"metadata"`
	Capabilities  map[string]bool `json:"capabilities"`
}

type pickRequest struct {
	Plugin    metadata
	Provider  string
	Providers []string
	Model     string
	Stream    bool
	Options   struct {
		Headers  map[string][]string
		Metadata map[string]any
	}
	Candidates []candidate
}

type candidate struct {
	ID         string
	Provider   string
	Priority   int
	Status     string
	Attributes map[string]string
	Metadata   map[string]any
}

type pickResponse struct {
	AuthID          string
	DelegateBuiltin string
	Handled         bool
}

type envelope struct {
	OK     bool            `json:"ok"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *envelopeError  `json:"error,omitempty"`
}

type envelopeError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type config struct {
	authID   string
	delegate string
	deny     bool
}

var current atomic.Pointer[config]

func main() {}

//export cliproxy_plugin_init
func cliproxy_plugin_init(_ unsafe.Pointer, plugin *C.cliproxy_plugin_api) C.int {
	if plugin == nil {
		return 1
	}
	current.Store(&config{})
	plugin.abi_version = 1
	plugin.call = C.cliproxy_plugin_call_fn(C.baselineCall)
	plugin.free_buffer = C.cliproxy_plugin_free_fn(C.baselineFree)
	plugin.shutdown = C.cliproxy_plugin_shutdown_fn(C.baselineShutdown)
	return 0
}

//export baselineCall
func baselineCall(method *C.char, request *C.uint8_t, length C.size_t, response *C.cliproxy_buffer) C.int {
	bytes := C.GoBytes(unsafe.Pointer(request), C.int(length))
	answer, err := handle(C.GoString(method), bytes)
	rc := C.int(0)
	if err != nil {
		answer, rc = errorEnvelope("plugin_error", err.Error()), 1
	}
	response.ptr = C.CBytes(answer)
	response.len = C.size_t(len(answer))
	return rc
}

//export baselineFree
func baselineFree(pointer unsafe.Pointer, _ C.size_t) {
	C.free(pointer)
}

//export baselineShutdown
func baselineShutdown() {}

func handle(method string, request []byte) ([]byte, error) {
	switch method {
	case "plugin.register", "plugin.reconfigure":
		return configure(request)
	case "scheduler.pick":
		return pick(request)
	default:
		return errorEnvelope("unknown_method", "unknown method: "+method), nil
	}
}

func configure(raw []byte) ([]byte, error) {
	var request struct {
		ConfigYAML []byte `json:"config_yaml"`
	}
	if err := json.Unmarshal(raw, &request); err != nil {
		return nil, err
	}
	current.Store(readConfig(string(request.ConfigYAML)))
	return okEnvelope(registered)
}

// readConfig reads as much YAML as the benchmark writes: one plain or quoted
// value a line.
func readConfig(yaml string) *config {
	var read config
	for _, line := range strings.Split(yaml, "\n") {
		key, value, _ := strings.Cut(line, ":")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch key {
		case "auth_id":
			read.authID = value
		case "delegate":
			read.delegate = value
		case "deny":
			read.deny = value == "true"
		}
	}
	return &read
}

func pick(raw []byte) ([]byte, error) {
	var request pickRequest
	if err := json.Unmarshal(raw, &request); err != nil {
		return nil, err
	}
	settings := current.Load()
	if settings.deny {
		return errorEnvelope("scheduler_denied", "scheduler pick denied by plugin configuration"), nil
	}
	if settings.delegate != "" {
		return okEnvelope(pickResponse{DelegateBuiltin: settings.delegate, Handled: true})
	}
	for _, candidate := range request.Candidates {
		if candidate.ID == settings.authID {
			return okEnvelope(pickResponse{AuthID: candidate.ID, Handled: true})
		}
	}
	return okEnvelope(pickResponse{})
}

func okEnvelope(value any) ([]byte, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return json.Marshal(envelope{OK: true, Result: raw})
}

func errorEnvelope(code, message string) []byte {
	raw, _ := json.Marshal(envelope{Error: &envelopeError{Code: code, Message: message}})
	return raw
}

// As long as the example's, since the host sends it back with every pick.
var registered = registration{
	SchemaVersion: 3,
	Metadata: metadata{
		Name:             "baseline",
		Version:          "0.1.0",
		Author:           "CLIProxyAPI scheduler contributors",
		GitHubRepository: "https://github.com/router-for-me/CLIProxyAPI",
		Logo:             "https://raw.githubusercontent.com/router-for-me/CLIProxyAPI/main/docs/logo.png",
		ConfigFields: []configField{
			{"auth_id", "string", nil, "Selects this auth ID when it is present in the scheduler candidates."},
			{"delegate", "enum", []string{"", "fill-first", "round-robin"}, "Delegates selection to a built-in scheduler when set to fill-first or round-robin."},
			{"deny", "boolean", nil, "Rejects scheduler picks with an explicit error when enabled."},
		},
	},
	Capabilities: map[string]bool{"scheduler": true},
}
