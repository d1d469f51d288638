/** The lifecycle request: the config's bytes, the schema, what is refused. */

import { assertEquals, assertThrows } from "@std/assert";
import { decodeLifecycleRequest } from "../../src/rpc/plugin_register.ts";
import { RpcError } from "../../src/rpc/rpc_error.ts";
import { utf8 } from "./bytes.ts";

const CONFIGS: readonly (readonly [string, string])[] = [
  ["", ""],
  ["{}", ""],
  ["null", ""],
  [`{"config_yaml":null}`, ""],
  [`{"config_yaml":""}`, ""],
  [`{"config_yaml":[]}`, ""],
  [`{"config_yaml":"YTog\\r\\nMQo="}`, "a: 1\n"],
  [`{"config_yaml":[97,58,32,49]}`, "a: 1"],
  [`{"config_yaml":[97,null]}`, "a\0"],
  [`{"config_yaml":"YQ==","host_features":["x"]}`, "a"],
  [` {"schema_version" : 6 , "config_yaml" : "YQ==" } `, "a"],
];

for (const [text, yaml] of CONFIGS) {
  Deno.test(`decodeLifecycleRequest() reads the config when the JSON is ${text || "empty"}`, () => {
    const { configYaml } = decodeLifecycleRequest("m", utf8(text));
    assertEquals(new TextDecoder().decode(configYaml), yaml);
  });
}

const SCHEMAS: readonly (readonly [string, number])[] = [
  ["", 0],
  ["{}", 0],
  [`{"schema_version":null}`, 0],
  [`{"schema_version":0}`, 0],
  [`{"schema_version":3}`, 3],
  [`{"schema_version":6}`, 6],
  [`{"schema_version":4294967295}`, 4294967295],
];

for (const [text, schema] of SCHEMAS) {
  Deno.test(`decodeLifecycleRequest() reads schema ${schema} when the JSON is ${text || "empty"}`, () => {
    const { schemaVersion } = decodeLifecycleRequest("m", utf8(text));
    assertEquals(schemaVersion, schema);
  });
}

const REFUSED = [
  " ",
  "[]",
  "1",
  `""`,
  "true",
  "{",
  "{}{}",
  "\ufeff{}",
  "{}\0",
  `{"config_yaml":1}`,
  `{"config_yaml":true}`,
  `{"config_yaml":{}}`,
  `{"config_yaml":"YQ"}`,
  `{"config_yaml":"-_-_"}`,
  `{"config_yaml":[256]}`,
  `{"config_yaml":[-1]}`,
  `{"config_yaml":[-0]}`,
  `{"config_yaml":[1.0]}`,
  `{"config_yaml":[1e1]}`,
  `{"config_yaml":["1"]}`,
  `{"config_yaml":[[]]}`,
  `{"config_yaml":[true]}`,
  `{"Config_YAML":""}`,
  `{"config_yaml":"","config_yaml":null}`,
  `{"schema_version":-1}`,
  `{"schema_version":1.0}`,
  `{"schema_version":1e0}`,
  `{"schema_version":"3"}`,
  `{"schema_version":4294967296}`,
];

for (const text of REFUSED) {
  Deno.test(`decodeLifecycleRequest() refuses ${JSON.stringify(text)}`, () => {
    const error = assertThrows(
      () => decodeLifecycleRequest("plugin.register", utf8(text)),
      RpcError,
      "Cannot decode plugin.register: ",
    );
    assertEquals(error.code, "plugin_error");
  });
}
