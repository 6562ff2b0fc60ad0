import { assertEquals, assertThrows } from "@std/assert";
import { MultiportError } from "../../../lib/multiport_error.ts";
import { parseServerOptions } from "../../../lib/cli/options/server_options.ts";

function parse(line: string) {
  const command = parseServerOptions(line.split(" "));
  if (command.kind !== "run") throw new Error(`${line} asks for ${command.kind}`);
  return command;
}

Deno.test("parseServerOptions() reads the line of the assignment", () => {
  const line = "-i 1 -f oned.mp4 -n 4 -a 127.0.0.1 -p 60000 60002 60003 60004";
  assertEquals(JSON.parse(JSON.stringify(parse(line))), {
    kind: "run",
    options: {
      files: ["oned.mp4"],
      ports: [60000, 60002, 60003, 60004],
      allow: ["127.0.0.1"],
      hosts: [],
      once: false,
    },
    display: { form: "text", color: true, interval: 1 },
  });
});

Deno.test("parseServerOptions() reads every other option", () => {
  const line = "--file a,b.mp4 c --ports 0 0 --address 10.0.0.0/8 --bind ::1 --limit-rate 10M " +
    "--host a.example,b.example " +
    "--once --quiet --interval=0";
  assertEquals(JSON.parse(JSON.stringify(parse(line))), {
    kind: "run",
    options: {
      files: ["a,b.mp4", "c"],
      ports: [0, 0],
      bind: "::1",
      allow: ["10.0.0.0/8"],
      hosts: ["a.example", "b.example"],
      limitRate: 10_485_760,
      once: true,
    },
    display: { form: "quiet", color: true, interval: 0 },
  });
});

Deno.test("parseServerOptions() lets in this machine only when nobody says otherwise", () => {
  const { options } = parse("-f a -p 1");
  assertEquals([options.allow, options.bind], [["127.0.0.0/8", "::1"], undefined]);
});

Deno.test("parseServerOptions() takes ranges and lists of ports", () => {
  assertEquals(parse("-f a -p 60000-60002,60010 7").options.ports, [60000, 60001, 60002, 60010, 7]);
  assertEquals(parse("-f a -n 64 -p 60000-60063").options.ports.length, 64);
});

Deno.test("parseServerOptions() takes a rate of zero for no limit", () => {
  assertEquals(parse("-f a -p 1 --limit-rate 0").options.limitRate, undefined);
});

Deno.test("parseServerOptions() knows names and brackets for addresses", () => {
  assertEquals(parse("-f a -p 1 -a localhost,[fd00::1]").options.allow, [
    "127.0.0.0/8",
    "::1",
    "fd00::1",
  ]);
  assertEquals(parse("-f a -p 1 --bind [::1]").options.bind, "::1");
  assertEquals(parse("-f a -p 1 --bind localhost").options.bind, "localhost");
  const zone = parse("-f a -p 1 -a fe80::1%eth0 --bind [fe80::2%eth0]").options;
  assertEquals([zone.allow, zone.bind], [["fe80::1%eth0"], "fe80::2%eth0"]);
});

const REFUSED: readonly (readonly [string, string])[] = [
  ["-p 1", "no file was given; use -f PATH"],
  ["-f a", "no ports were given; use -p PORT"],
  ["-f a b -p 1 2 3", "Cannot match 2 files (-f) to 3 ports (-p)"],
  ["-f a b c -p 1 2", "Cannot match 3 files (-f) to 2 ports (-p)"],
  ["-f a -p 1 -n 2", "Cannot match 2 servers (-n) to 1 port (-p)"],
  ["-f a -p 1 1", 'with "1": it is given twice'],
  ["-f a -p 65536", "a port is a whole number from 0 to 65535"],
  ["-f a -p localhost:1", "a port is a whole number from 0 to 65535"],
  ["-f a -p 1 -a 10.0.0.0/33", 'with "10.0.0.0/33": it takes IP addresses, blocks'],
  ["-f a -p 1 -a example.com", "it takes IP addresses, blocks"],
  ["-f a -p 1 -a any 10.0.0.1", "give nothing beside it"],
  ["-f a -p 1 --bind 1.2.3", "it is no address of this machine"],
  ["-f a -p 1 --limit-rate fast", "such as 500k or 10M"],
  ["-f a -p 1 --onec", "did you mean --once?"],
  ["-f a -p 1 --alow any", "did you mean --allow?"],
];

for (const [line, message] of REFUSED) {
  Deno.test(`parseServerOptions() refuses "${line}"`, () => {
    assertEquals(assertThrows(() => parse(line), MultiportError, message).code, "usage");
  });
}
