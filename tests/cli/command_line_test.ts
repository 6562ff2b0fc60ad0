import { assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../lib/failure.ts";
import { hasFlag, parseCommandLine } from "../../lib/cli/command_line.ts";
import type { OptionSpec } from "../../lib/cli/option_spec.ts";

const HELP: OptionSpec = { name: "help", short: "h", takes: "flag" };
const SPECS: readonly OptionSpec[] = [
  { name: "ports", short: "p", takes: "values" },
  { name: "output", short: "o", takes: "value" },
  { name: "no-color", takes: "flag" },
  { name: "force", takes: "flag" },
  HELP,
];

Deno.test("parseCommandLine() gives flags, values and lists of values", () => {
  const line = parseCommandLine(["--no-color", "-o", "-5", "-p", "1", "--ports=2"], SPECS);
  assertEquals(line.flag("no-color"), true);
  assertEquals(line.flag("force"), false);
  assertEquals(line.value("output"), "-5");
  assertEquals(line.values("ports"), ["1", "2"]);
});

Deno.test("parseCommandLine() gives nothing for what was not given", () => {
  const line = parseCommandLine([], SPECS);
  assertEquals(line.value("output"), undefined);
  assertEquals(line.values("ports"), []);
});

Deno.test("parseCommandLine() keeps line ends and equals signs in values", () => {
  const line = parseCommandLine(["-o", "a=b\nc"], SPECS);
  assertEquals(line.value("output"), "a=b\nc");
});

const REFUSED: readonly (readonly [string, string[], string])[] = [
  ["an option that is nearly right", ["--port", "1"], "did you mean --ports?"],
  ["an option that is begun", ["--out=x"], "did you mean --output?"],
  ["an option that is like no other", ["--frobnicate"], "no such option; see --help"],
  ["a letter that is no option", ["-z"], "Cannot use -z: there is no such option"],
  ["an argument that belongs to no option", ["file"], 'Cannot use "file": it belongs to no option'],
  ["an argument behind two dashes", ["--", "--force"], 'Cannot use "--force": it belongs to no'],
  ["an option given twice", ["-o", "a", "--output=b"], "Cannot use -o, --output twice"],
];

for (const [what, typed, message] of REFUSED) {
  Deno.test(`parseCommandLine() refuses ${what}`, () => {
    const error = assertThrows(() => parseCommandLine(typed, SPECS), Failure, message);
    assertEquals(error.kind, "usage");
  });
}

Deno.test("parseCommandLine() takes a flag twice for once", () => {
  assertEquals(parseCommandLine(["--force", "--force"], SPECS).flag("force"), true);
});

Deno.test("hasFlag() finds a flag on a line that is wrong otherwise", () => {
  assertEquals(hasFlag(["--bogus", "-h"], HELP), true);
  assertEquals(hasFlag(["-o", "--help"], HELP), true);
  assertEquals(hasFlag(["--output=-h"], HELP), false);
  assertEquals(hasFlag(["--", "-h"], HELP), false);
});
