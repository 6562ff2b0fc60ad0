import { assertEquals } from "@std/assert";
import type { EnvName } from "../../lib/cli/host/host.ts";
import { SERVER_MANUAL } from "../../lib/cli/manual/server_manual.ts";
import { parseServerOptions } from "../../lib/cli/options/server_options.ts";
import { readSettings } from "../../lib/cli/options/settings.ts";
import { findProgram, runCommand } from "../../testing/command.ts";
import { Scratch } from "../../testing/scratch.ts";
import { FakeHost } from "../cli/host/fake_host.ts";

const UNIT = "mpserver.service";
/** The worst score that systemd may give for what the service could do, times ten. */
const MAX_EXPOSURE = 30;

const ignore = findProgram("systemd-analyze") === undefined;
if (ignore) console.error("Left out the systemd unit: systemd-analyze is not installed");

/** The unit with a program that is there, as systemd looks whether it is. */
async function unitIn(scratch: Scratch): Promise<string> {
  const unit = await Deno.readTextFile(`packaging/${UNIT}`);
  await Deno.writeTextFile(scratch.path(UNIT), unit.replace("=/usr/bin/mpserver", "=/bin/true"));
  return scratch.path(UNIT);
}

Deno.test("systemd has nothing to say against the unit", { ignore }, async () => {
  await using scratch = await Scratch.make();
  const said = await runCommand(["systemd-analyze", "verify", "--man=no", await unitIn(scratch)]);
  assertEquals(said.split("\n").filter((line) => line.includes(UNIT)), []);
});

Deno.test("systemd finds that the unit exposes little", { ignore }, async () => {
  await using scratch = await Scratch.make();
  const threshold = `--threshold=${MAX_EXPOSURE}`;
  await runCommand([
    ...["systemd-analyze", "security", "--no-pager", "--offline=true", threshold],
    await unitIn(scratch),
  ]);
});

Deno.test("the unit is closed to the network as it is shipped", async () => {
  const unit = await Deno.readTextFile(`packaging/${UNIT}`);
  const conf = await Deno.readTextFile("packaging/mpserver.conf");
  for (const line of ["IPAddressDeny=any", "IPAddressAllow=localhost", "DynamicUser=yes"]) {
    assertEquals(unit.split("\n").includes(line), true, line);
  }
  // Nothing is served before somebody has said what.
  assertEquals(conf.split("\n").filter((line) => line !== "" && !line.startsWith("#")), []);
});

/** What `mpserver` makes of variables alone. */
async function servedBy(variables: readonly (readonly [name: string, value: string])[]) {
  const env: Partial<Record<EnvName, string>> = Object.fromEntries(variables);
  const settings = await readSettings(SERVER_MANUAL, ["--no-config"], new FakeHost({ env }));
  assertEquals(settings.size, variables.length, "every variable is one of an option");
  const command = parseServerOptions(["--no-config"], settings);
  if (command.kind !== "run") throw new Error(command.kind);
  return command.options;
}

Deno.test("the variables in the service's configuration are those of mpserver", async () => {
  const conf = await Deno.readTextFile("packaging/mpserver.conf");
  const { ports, allow } = await servedBy(
    [...conf.matchAll(/^#(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  assertEquals(ports, [60000, 60001, 60002, 60003]);
  assertEquals(allow, ["10.0.0.0/8"]);
});

Deno.test("the image serves on the ports that it exposes, to whom it is published for", async () => {
  const image = await Deno.readTextFile("packaging/Containerfile");
  const [, line = ""] = /^ENV (.*)$/m.exec(image) ?? [];
  const { ports, allow } = await servedBy([
    ["MULTIPORT_FILE", "/srv/film.mp4"],
    ...line.split(" ").map((word): [string, string] => {
      const [name = "", value = ""] = word.split("=");
      return [name, value];
    }),
  ]);
  assertEquals(ports, [60000, 60001, 60002, 60003]);
  assertEquals(allow, ["any"]);
  assertEquals(/^EXPOSE (.*)$/m.exec(image)?.[1], "60000-60003");
});
