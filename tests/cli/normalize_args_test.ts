import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Failure } from "../../lib/failure.ts";
import { normalizeArgs } from "../../lib/cli/normalize_args.ts";
import type { OptionSpec } from "../../lib/cli/option_spec.ts";

const SPECS: readonly OptionSpec[] = [
  { name: "ports", short: "p", takes: "values" },
  { name: "servers", short: "n", takes: "value" },
  { name: "allow", short: "a", aliases: ["address"], takes: "values" },
  { name: "no-color", takes: "flag" },
  { name: "help", short: "h", takes: "flag" },
  { name: "version", short: "V", takes: "flag" },
];

const SAME = ["--ports=60000", "--ports=60002", "--servers=2"];

for (
  const typed of [
    "-p 60000 60002 -n 2",
    "--ports 60000 60002 --servers 2",
    "-p=60000 60002 -n=2",
    "-p60000 60002 -n2",
    "-p 60000 -p 60002 -n 2",
    "--ports=60000 --ports=60002 --servers=2",
  ]
) {
  Deno.test(`normalizeArgs() reads "${typed}" like any other spelling`, () => {
    assertEquals(normalizeArgs(typed.split(" "), SPECS), SAME);
  });
}

const REWRITTEN: readonly (readonly [string, string[], string[]])[] = [
  ["keeps the order of the spellings of one option", ["-a", "1", "--address", "2"], [
    "--allow=1",
    "--allow=2",
  ]],
  ["splits a group of flags", ["-hV"], ["--help", "--version"]],
  ["splits a group that ends with a value", ["-hn2"], ["--help", "--servers=2"]],
  ["takes a negative number for a value", ["-n", "-1", "-p", "-.5"], [
    "--servers=-1",
    "--ports=-.5",
  ]],
  ["takes a single dash for a value", ["-n", "-"], ["--servers=-"]],
  ["takes a value that starts with a dash after an equals sign", ["--ports=-x", "-p=-y"], [
    "--ports=-x",
    "--ports=-y",
  ]],
  ["gives one value to an option that takes one", ["-n", "1", "2"], ["--servers=1", "2"]],
  ["does not give values to a flag", ["--help", "2"], ["--help", "2"]],
  ["passes on what it does not know", ["--bogus=1", "-x2", "stray"], [
    "--bogus=1",
    "-x2",
    "stray",
  ]],
  ["knows single letters behind one dash only", ["--p=1"], ["--p=1"]],
  ["leaves alone what follows two dashes", ["-p", "1", "--", "-n", "2"], [
    "--ports=1",
    "--",
    "-n",
    "2",
  ]],
];

for (const [what, typed, expected] of REWRITTEN) {
  Deno.test(`normalizeArgs() ${what}`, () => {
    assertEquals(normalizeArgs(typed, SPECS), expected);
  });
}

const REFUSED: readonly (readonly [string, string[], string])[] = [
  ["a value that is missing at the end", ["-p"], "its value is missing"],
  ["a value that is missing before an option", ["-n", "-p", "1"], "write --servers=-p"],
  ["a value that is missing before two dashes", ["-n", "--", "1"], "its value is missing"],
  ["an empty value", ["--ports="], "its value is missing"],
  ["an empty value behind others", ["-p", "1", ""], "its value is missing"],
  ["a value for a flag", ["--help=yes"], 'with "yes": it takes no value'],
];

for (const [what, typed, message] of REFUSED) {
  Deno.test(`normalizeArgs() refuses ${what}`, () => {
    assertThrows(() => normalizeArgs(typed, SPECS), Failure, message);
  });
}

Deno.test("normalizeArgs() keeps every value of every option in order", () => {
  // What starts with a dash and is no number looks like an option, `-.` and `-. ` too.
  const value = fc.string({ minLength: 1 }).filter((text) => !/^-(?!\.?\d)./s.test(text));
  const values = fc.array(value, { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(values, values, fc.boolean(), (ports, allow, glued) => {
    const first = glued ? [`-p=${ports[0]}`] : ["-p", ports[0] ?? ""];
    assertEquals(
      normalizeArgs([...first, ...ports.slice(1), "--address", ...allow], SPECS),
      [...ports.map((port) => `--ports=${port}`), ...allow.map((each) => `--allow=${each}`)],
    );
  }));
});
