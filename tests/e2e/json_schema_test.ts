import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { checkJsonLine } from "../../testing/json_schema.ts";

const read = (path: string) => Deno.readTextFile(new URL(`../../docs/${path}`, import.meta.url));

Deno.test("checkJsonLine() knows what each program may print", () => {
  checkJsonLine("mpclient", '{"v":1,"type":"notice","message":"n"}');
  checkJsonLine("mpserver", '{"v":1,"type":"server","index":1,"state":"sending"}');
  for (
    const wrong of [
      '{"type":"notice","message":"n"}',
      '{"v":1,"type":"notice"}',
      '{"v":1,"type":"notice","message":"n","more":1}',
      '{"v":1,"type":"unheard"}',
      '{"v":1,"type":"server","index":1,"state":"sending"}',
      '{"v":1,"type":"server","index":0,"state":"paused"}',
    ]
  ) assertThrows(() => checkJsonLine("mpclient", wrong), Error, "does not allow");
});

Deno.test("docs/json.md has every type and every field of the schema", async () => {
  const { $defs } = JSON.parse(await read("json.schema.json"));
  const text = await read("json.md");
  const chapters = { mpclient: chapter(text, "mpclient"), mpserver: chapter(text, "mpserver") };
  const both = chapter(text, "Both programs");
  for (const program of ["mpclient", "mpserver"] as const) {
    for (const type of $defs[program].oneOf) {
      const { $ref } = type;
      const { properties } = $ref === undefined ? type : $defs[$ref.split("/").at(-1)];
      const described = $ref === undefined ? chapters[program] : both;
      assertStringIncludes(described, `\`${properties.type.const}\``);
      for (const field of fieldsOf(properties)) {
        if (field !== "v" && field !== "type") assertStringIncludes(described, `\`${field}\``);
      }
    }
  }
  assertEquals(both.length > 0, true);
});

function chapter(text: string, title: string): string {
  return text.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
}

/** The names of fields, those of the items of lists too. */
function fieldsOf(properties: Record<string, { items?: { properties?: object } }>): string[] {
  return Object.entries(properties).flatMap(([name, { items }]) => [
    name,
    ...Object.keys(items?.properties ?? {}),
  ]);
}
