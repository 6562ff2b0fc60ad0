import { Ajv2020 } from "ajv/dist/2020.js";

const SCHEMA = JSON.parse(
  await Deno.readTextFile(new URL("../docs/json.schema.json", import.meta.url)),
);
const ajv = new Ajv2020({ discriminator: false });
ajv.addSchema(SCHEMA, "json");

/**
 * Checks a line that a program printed with `--json` against `docs/json.schema.json`.
 *
 * @throws {Error} It is not what the schema says.
 */
export function checkJsonLine(program: "mpclient" | "mpserver", line: string): void {
  const validate = ajv.getSchema(`json#/$defs/${program}`);
  if (validate === undefined) throw new Error(`docs/json.schema.json knows no ${program}`);
  if (!validate(JSON.parse(line))) {
    throw new Error(`docs/json.schema.json does not allow ${program} to print ${line}`);
  }
}
