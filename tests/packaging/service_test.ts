import { assertEquals } from "@std/assert";
import { findProgram, runCommand } from "../../testing/command.ts";
import { Scratch } from "../../testing/scratch.ts";

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
