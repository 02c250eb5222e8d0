// Checks of answers and events, made from the client's own type declarations: every type becomes a
// JSON schema that allows no additional properties.

import path from "node:path";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import { createGenerator } from "ts-json-schema-generator";

const client = path.dirname(fileURLToPath(import.meta.resolve("@nktkas/hyperliquid")));

/** Returns a function (type name, value) => faults over the types of `info` or `subscription`. */
export function checks(api) {
  const generator = createGenerator({
    path: path.join(client, "api", api, "_methods/*.d.ts"),
    type: "*",
    additionalProperties: false,
    skipTypeCheck: true,
  });
  const ajv = new Ajv({ strict: false, allErrors: true });
  const compiled = new Map();
  return (name, value) => {
    if (!compiled.has(name)) compiled.set(name, ajv.compile(generator.createSchema(name)));
    const check = compiled.get(name);
    if (check(value)) return [];
    return check.errors.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
  };
}

export function capitalised(name) {
  return name[0].toUpperCase() + name.slice(1);
}
