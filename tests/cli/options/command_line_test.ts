import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { MultiportError } from "../../../lib/multiport_error.ts";
import { hasFlag, parseCommandLine } from "../../../lib/cli/options/command_line.ts";
import { flag, list, value, values } from "../../../lib/cli/options/option.ts";

const SECTION = { section: "All", help: "…" };
const keep = (text: string) => text;

const TABLE = {
  ports: list({ name: "ports", short: "p", ...SECTION }, (texts) => texts),
  allow: list(
    { name: "allow", short: "a", aliases: ["address"], ...SECTION },
    (texts) => texts,
  ),
  count: value({ name: "servers", short: "n", ...SECTION }, keep),
  output: value({ name: "output", short: "o", ...SECTION }, keep, "default"),
  stall: value({ name: "stall-timeout", ...SECTION }, keep),
  headers: values({ name: "header", ...SECTION }, keep),
  color: flag({ name: "no-color", ...SECTION }, false),
  force: flag({ name: "force", short: "f", ...SECTION }),
  help: flag({ name: "help", short: "h", ...SECTION }),
  version: flag({ name: "version", short: "V", ...SECTION }),
};

function parse(...args: string[]) {
  return parseCommandLine(args, TABLE).options;
}

for (
  const typed of [
    "-p 60000 60002 -n 2",
    "--ports 60000 60002 --servers 2",
    "-p=60000 60002 -n=2",
    "-p60000 60002 -n2",
    "-p 60000 -p 60002 -n 2",
    "--ports=60000 --ports=60002 --servers=2",
    "-n 7 -p 60000 60002 --servers 2",
  ]
) {
  Deno.test(`parseCommandLine() reads "${typed}" like any other spelling`, () => {
    const { ports, count } = parse(...typed.split(" "));
    assertEquals([ports, count], [["60000", "60002"], "2"]);
  });
}

Deno.test("parseCommandLine() gives what an option is when it was not given", () => {
  assertEquals(JSON.parse(JSON.stringify(parse())), {
    ports: [],
    allow: [],
    output: "default",
    headers: [],
    color: true,
    force: false,
    help: false,
    version: false,
  });
});

Deno.test("parseCommandLine() keeps the last of several values where one counts", () => {
  assertEquals(parse("-o", "a", "--output=b").output, "b");
  assertEquals(parse("--force", "--force").force, true);
});

Deno.test("parseCommandLine() collects the values of an option that may be repeated", () => {
  assertEquals(parse("--header", "a", "-f", "--header=b").headers, ["a", "b"]);
});

Deno.test("parseCommandLine() takes aliases for the option itself, in their order", () => {
  assertEquals(parse("-a", "1", "--address", "2", "--allow=3").allow, ["1", "2", "3"]);
});

Deno.test("parseCommandLine() takes groups of letters apart, the last one with a value", () => {
  const { help, version, count } = parse("-hVn2");
  assertEquals([help, version, count], [true, true, "2"]);
});

Deno.test("parseCommandLine() takes numbers, a dash and anything behind = for values", () => {
  assertEquals(parse("-n", "-1").count, "-1");
  assertEquals(parse("-p", "-.5").ports, ["-.5"]);
  assertEquals(parse("-o", "-").output, "-");
  assertEquals(parse("--ports=-x", "-p=-y").ports, ["-x", "-y"]);
  assertEquals(parse("-o", "a=b\nc").output, "a=b\nc");
});

const REFUSED: readonly (readonly [string, string[], string])[] = [
  ["an option that is nearly right", ["--prots", "1"], "did you mean --ports?"],
  ["an option in capitals", ["--OUTPUT", "1"], "did you mean --output?"],
  ["an option that is begun", ["--stall=x"], "did you mean --stall-timeout?"],
  ["an option that is like no other", ["--frobnicate"], "no such option; see --help"],
  ["an option that is like others by accident", ["--verify"], "no such option; see --help"],
  ["a letter that is no option", ["-z"], "Cannot use -z: there is no such option; see --help"],
  ["a letter behind two dashes", ["--z"], "Cannot use --z: there is no such option"],
  ["a name that every object has", ["--__proto__"], "Cannot use --__proto__: there is no such"],
  ["an argument that belongs to no option", ["file"], 'Cannot use "file": it belongs to no option'],
  ["a second value", ["-n", "1", "2"], 'Cannot use "2": it belongs to no option'],
  ["a value for a flag, behind it", ["--help", "2"], 'Cannot use "2": it belongs to no option'],
  ["a value for a flag", ["--help=yes"], 'with "yes": it takes no value'],
  ["an argument behind two dashes", ["--", "--force"], 'Cannot use "--force": it belongs to no'],
  ["a list that goes on behind two dashes", ["-p", "1", "--", "2"], 'Cannot use "2": it belongs'],
  ["a value that is missing at the end", ["-p"], "its value is missing"],
  ["a value that is missing before an option", ["-n", "-p", "1"], "write --servers=-p"],
  ["a value that is missing before two dashes", ["-n", "--", "1"], "its value is missing"],
  ["an empty value", ["--ports="], "its value is missing"],
  ["an empty value of a letter", ["-n="], "its value is missing"],
  ["an empty value behind others", ["-p", "1", ""], 'Cannot use "": it is empty'],
];

for (const [what, typed, message] of REFUSED) {
  Deno.test(`parseCommandLine() refuses ${what}`, () => {
    assertEquals(assertThrows(() => parse(...typed), MultiportError, message).code, "usage");
  });
}

Deno.test("parseCommandLine() passes on arguments without an option where there are such", () => {
  const operands = {
    placeholder: "URL…",
    help: "…",
    recognizes: (word: string) => word.includes("://"),
    parse: (word: string) => word.toUpperCase(),
  };
  const line = parseCommandLine(
    ["x", "-p", "1", "2", "a://b", "3", "--", "-f", "4"],
    TABLE,
    operands,
  );
  assertEquals([line.options.ports, line.operands], [["1", "2", "3"], ["X", "A://B", "-F", "4"]]);
});

Deno.test("parseCommandLine() keeps every value of every option in order", () => {
  // What starts with a dash and is no number looks like an option, `-.` and `-. ` too; a number is
  // one only as a first value.
  const value = fc.string({ minLength: 1 }).filter((text) => !/^-./s.test(text));
  const several = fc.array(value, { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(several, several, fc.boolean(), (ports, allow, glued) => {
    const first = glued ? [`-p=${ports[0]}`] : ["-p", ports[0] ?? ""];
    const line = parse(...first, ...ports.slice(1), "--address", ...allow);
    assertEquals([line.ports, line.allow], [ports, allow]);
  }));
});

Deno.test("hasFlag() finds a flag on a line that is wrong otherwise", () => {
  assertEquals(hasFlag(["--bogus", "-h"], TABLE.help), true);
  assertEquals(hasFlag(["-o", "--help"], TABLE.help), true);
  assertEquals(hasFlag(["--output=-h"], TABLE.help), false);
  assertEquals(hasFlag(["--", "-h"], TABLE.help), false);
});
