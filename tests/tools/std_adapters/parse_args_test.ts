import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";

function parse(...args: string[]) {
  const unknown: [string, string | undefined][] = [];
  const parsed = parseArgs(args, {
    string: ["output", "ports"],
    boolean: ["help", "no-resume"],
    collect: ["ports"],
    alias: { help: "h", output: "o", ports: "p" },
    unknown: (arg: string, key?: string) => {
      unknown.push([arg, key]);
      return key === undefined;
    },
  });
  return { parsed, unknown };
}

Deno.test("parseArgs() gives options under their name and their alias", () => {
  const { output, o, help, h } = parse("-o", "a.mp4", "--help").parsed;
  assertEquals([output, o, help, h], ["a.mp4", "a.mp4", true, true]);
});

Deno.test("parseArgs() reads a value behind =, behind a letter and from the next argument", () => {
  assertEquals(parse("--output=a=b").parsed.output, "a=b");
  assertEquals(parse("-o=a").parsed.output, "a");
  assertEquals(parse("-p5").parsed.ports, ["5"]);
  assertEquals(parse("--output", "a").parsed.output, "a");
});

Deno.test("parseArgs() collects what may be repeated and keeps the last of the rest", () => {
  const { ports, output } = parse("-p", "1", "--ports=2", "-o", "a", "-o", "b").parsed;
  assertEquals([ports, output], [["1", "2"], "b"]);
});

Deno.test("parseArgs() gives defaults to flags and lists, and none to strings", () => {
  const { help, ports, output } = parse().parsed;
  assertEquals([help, ports, output], [false, [], undefined]);
});

Deno.test("parseArgs() takes --no-x as an option of that name", () => {
  const { parsed } = parse("--no-resume");
  assertEquals([parsed["no-resume"], parsed.resume], [true, undefined]);
});

Deno.test("parseArgs() tells unknown() the name of options, and no name of other arguments", () => {
  assertEquals(parse("--wat", "-x", "--no-wat", "file").unknown, [
    ["--wat", "wat"],
    ["-x", "x"],
    ["--no-wat", "no-wat"],
  ]);
  assertEquals(parse("file").unknown, [["file", undefined]]);
});

Deno.test("parseArgs() drops what unknown() refuses and keeps the rest", () => {
  assertEquals(parse("a", "--wat=1", "b").parsed._, ["a", "b"]);
});

Deno.test("parseArgs() does not take an option's value from an empty argument or from -", () => {
  const { output, _ } = parse("--output", "", "-").parsed;
  assertEquals([output, _], ["", ["", "-"]]);
});

Deno.test("parseArgs() parses nothing behind --", () => {
  assertEquals(parse("-o", "a", "--", "--no-resume", "-x").parsed._, ["--no-resume", "-x"]);
  const parsed = parseArgs(["a", "--", "--no-b"], { "--": true, boolean: ["help"] });
  assertEquals([parsed._, parsed["--"]], [["a"], ["--no-b"]]);
});

Deno.test("parseArgs() makes numbers of what is in no list of strings", () => {
  assertEquals(parseArgs(["7", "--n", "8"], { boolean: ["b"] }), { _: [7], n: 8, b: false });
});
