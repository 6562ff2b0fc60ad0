import { assert, assertEquals, assertThrows } from "@std/assert";
import { MultiportError } from "../../../lib/multiport_error.ts";
import { parseAddress } from "../../../lib/addresses.ts";
import { CLIENT_OPTIONS, parseClientOptions } from "../../../lib/cli/options/client_options.ts";
import { FAMILIAR_OPTIONS } from "../../../lib/cli/manual/familiar_options.ts";

function parse(line: string) {
  const command = parseClientOptions(line.split(" ").filter((word) => word !== ""));
  if (command.kind !== "run") throw new Error(`${line} asks for ${command.kind}`);
  return command;
}

function addresses(line: string): string[] {
  return (parse(line).options.servers ?? []).map((server) => {
    const { host, port } = parseAddress(server) ?? {};
    return `${host} ${port}`;
  });
}

Deno.test("parseClientOptions() reads the line of the assignment", () => {
  const line = "-i 1 -o oned_copy.mp4 -n 4 -a 127.0.0.1 -p 60000 60002 60003 60004";
  assertEquals(JSON.parse(JSON.stringify(parse(line))), {
    kind: "run",
    options: {
      output: "oned_copy.mp4",
      servers: [60000, 60002, 60003, 60004].map((port) => `127.0.0.1:${port}`),
      stallTimeout: 10,
      remoteTime: false,
      force: false,
      resume: true,
      verify: true,
      twice: false,
      discover: true,
      balance: "adaptive",
    },
    access: { headers: [], netrc: false },
    dryRun: false,
    verbose: false,
    display: { form: "text", color: true, interval: 1 },
  });
});

Deno.test("parseClientOptions() reads every other option", () => {
  const line =
    "-p 1 --wait 0 --stall-timeout 2.5 --pause-timeout 30 --no-discover --force --no-resume --no-verify --twice --balance equal " +
    "-d films -Rv --max-size 4G --limit-rate 1 --limit-rate 2M --dry-run " +
    "--user me:secret --header X-Key:k --netrc --token-file t --ca c.pem --proxy p:3128 " +
    `--json --no-color -i0.5 --checksum sha-256=${"0".repeat(64)}`;
  assertEquals(JSON.parse(JSON.stringify(parse(line))), {
    kind: "run",
    options: {
      servers: ["127.0.0.1:1"],
      wait: 0,
      stallTimeout: 2.5,
      pauseTimeout: 30,
      discover: false,
      dir: "films",
      remoteTime: true,
      maxSize: 4 * 1024 ** 3,
      limitRate: 2 * 1024 ** 2,
      force: true,
      resume: false,
      verify: false,
      twice: true,
      balance: "equal",
      sha256: "0".repeat(64),
    },
    access: {
      user: { user: "me", password: "secret" },
      headers: [{ name: "X-Key", value: "k" }],
      netrc: true,
      tokenFile: "t",
      ca: "c.pem",
      proxy: "http://p:3128/",
    },
    dryRun: true,
    verbose: true,
    display: { form: "json", color: false, interval: 0.5 },
  });
});

Deno.test("parseClientOptions() lets a later option change its mind", () => {
  const { options, display } = parse("-o a -p 1 --wait 3 -i 1 --wait 5 -o b -i 2 -q");
  assertEquals([options.output, options.wait, display.interval, display.form], [
    "b",
    5,
    2,
    "quiet",
  ]);
});

Deno.test("parseClientOptions() takes -c for what it does anyway, and -f for --force", () => {
  const { options } = parse("-p 1 -cf");
  assertEquals([options.resume, options.force], [true, true]);
  assertEquals("continue" in options, false);
});

Deno.test("parseClientOptions() leaves open what was not given", () => {
  const { options, display } = parse("-p 1");
  assertEquals([options.output, options.sha256, display.interval], [
    undefined,
    undefined,
    undefined,
  ]);
});

const ADDRESSES: readonly (readonly [string, string, string[]])[] = [
  ["commas between ports", "-p 1,2, 3", ["127.0.0.1 1", "127.0.0.1 2", "127.0.0.1 3"]],
  ["ranges of ports", "-p 1-3,b:7-8", [
    "127.0.0.1 1",
    "127.0.0.1 2",
    "127.0.0.1 3",
    "b 7",
    "b 8",
  ]],
  ["one address for all ports", "-a ::1 -p 1 2", ["::1 1", "::1 2"]],
  ["an address per port", "-a a.example,[::1] -p 1 1", ["a.example 1", "::1 1"]],
  ["a host with a port", "-p a.example:1 [::1]:2 3", ["a.example 1", "::1 2", "127.0.0.1 3"]],
  ["one address beside ports that have one", "-a ::1 -p localhost:1 2", ["localhost 1", "::1 2"]],
];

for (const [what, line, expected] of ADDRESSES) {
  Deno.test(`parseClientOptions() understands ${what}`, () => {
    assertEquals(addresses(line), expected);
  });
}

const REFUSED: readonly (readonly [string, string])[] = [
  ["", "no server was given; name URLs, or ports with -p PORT"],
  ["-p 0", 'with "0": a port is a whole number from 1 to 65535'],
  ["-p 65536", "a whole number from 1 to 65535"],
  ["-p 60004-60000", "a range goes from a port to a higher one"],
  ["-p 0-3", 'with "0-3": a port is a whole number from 1 to 65535'],
  ["-p 60000-70000", 'with "60000-70000": a port is a whole number'],
  ["-p 60000-60002 60001", "127.0.0.1:60001 is given twice"],
  ["-p -1", 'with "-1"'],
  ["-p a.example:", 'with "a.example:": a port is'],
  ["-p 1 2 1", 'with "1": 127.0.0.1:1 is given twice'],
  ["-p A.example:1 a.example:1", "a.example:1 is given twice"],
  ["-n 3 -p 1 2", "Cannot match 3 servers (-n) to 2 ports (-p)"],
  ["-n 2 -p 1", "Cannot match 2 servers (-n) to 1 port (-p)"],
  ["-n 0 -p 1", "a whole number from 1 to 65535"],
  ["-n x -p 1", "a whole number from 1 to 65535"],
  ["-a 10.0.0.1 10.0.0.2 -p 1 2 3", "Cannot match 2 addresses (-a) to 3 ports (-p)"],
  ["-a 10.0.0.1 10.0.0.2 -p 1 b.example:2", "-a says 10.0.0.2 for the same server"],
  ["-p ::1:60000", "write an IPv6 address in brackets"],
  ["-a 1.2.3.400 -p 1", 'Cannot use -a, --address with "1.2.3.400": it is no IP address'],
  ["-p http://a:1", "Cannot use -p, --ports with a URL: name it without -p"],
  ["-p 1 --wait x", "it takes seconds, from 0 to"],
  ["-p 1 -o", "its value is missing"],
  ["-p 1 -i x", "it takes seconds"],
  ["-p 1 -i -1", "it takes seconds"],
  ["-p 1 -i 0.01", "0, or from 0.05"],
  ["-p 1 --stall-timeout 0", "from 0.1"],
  ["-p 1 --balance fast", "it takes adaptive or equal"],
  ["-p 1 --checksum md5=0", "it takes sha-256="],
  ["-p 1 --json --quiet", "Cannot use --json with --quiet"],
  ["-p 1 --forse", "did you mean --force?"],
];

for (const [line, message] of REFUSED) {
  Deno.test(`parseClientOptions() refuses "${line}"`, () => {
    assertEquals(assertThrows(() => parse(line), MultiportError, message).code, "usage");
  });
}

Deno.test("parseClientOptions() repeats no password that was typed in the wrong place", () => {
  const typed = [
    "-p http://me:secret@a:1",
    "-p me:secret@a:1",
    "-p me:secret@a:2-1",
    "-p 1 -a me:secret@a",
  ];
  for (const line of [...typed, "-p 1 --wait me:secret@a", "-p 1 --json=me:secret@a"]) {
    const { message } = assertThrows(() => parse(line), MultiportError);
    assertEquals(message.includes("secret"), false, message);
  }
});

Deno.test("parseClientOptions() lets a request for help excuse any mistake", () => {
  assertEquals(parseClientOptions(["--bogus", "-h"]), { kind: "help" });
  assertEquals(parseClientOptions(["-p", "0", "--version"]), { kind: "version" });
  assertEquals(parseClientOptions(["-Vh"]), { kind: "help" });
});

for (
  const [line, hint] of [
    ["-O -L http://a.example/f", "-O: there is no such option; the file keeps its own name unless"],
    ["-L http://a.example/f", "-L: there is no such option; redirects are followed anyway"],
    ["-C - http://a.example/f", "-C: there is no such option; an interrupted download goes on"],
    ["-k http://a.example/f", "-k: there is no such option; name whom you trust with --ca FILE"],
    ["-x16 -s16 http://a.example/f", "-x: there is no such option; use --proxy for a proxy; all"],
    ["-s http://a.example/f", "-s: there is no such option; use -q, --quiet"],
    ["-H A:b http://a.example/f", "-H: there is no such option; use --header 'NAME: VALUE'"],
    ["--retry 3 http://a.example/f", "--retry: there is no such option; lost servers are tried"],
    ["--out=f http://a.example/f", "--out: there is no such option; use -o, --output"],
    ["-4 http://a.example/f", "-4: there is no such option; all addresses"],
    ["-# http://a.example/f", "-#: there is no such option; see --help"],
  ] as const
) {
  Deno.test(`parseClientOptions() says what takes the place of another program's option: ${line}`, () => {
    const error = assertThrows(() => parse(line), MultiportError, `Cannot use ${hint}`);
    assertEquals(error.code, "usage");
  });
}

Deno.test("FAMILIAR_OPTIONS names options that there are, instead of those that there are not", () => {
  const options = Object.values(CLIENT_OPTIONS);
  const spellings = new Set(options.flatMap(({ name, short }) => [`--${name}`, `-${short}`]));
  for (const [typed, hint] of FAMILIAR_OPTIONS) {
    assertEquals(spellings.has(typed), false, typed);
    for (const [name] of hint.matchAll(/(?<=^| )-[-a-z]+/gi)) assert(spellings.has(name), hint);
    assert(`mpclient: Cannot use ${typed}: there is no such option; ${hint}`.length < 140, hint);
  }
});
