import { assertEquals, assertStringIncludes } from "@std/assert";
import { runCommand } from "../../testing/command.ts";
import { Client } from "../../testing/client.ts";
import { Program } from "../../testing/program.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

/** A name that file systems of Linux take and that is no UTF-8; only a shell can say it. */
const ODD = "$(printf 'odd\\377')";

const ignore = Deno.build.os !== "linux";
const SIZE = 3 * MIB;

/** Does something in a folder of that name before the program becomes that. */
const IN_ODD_FOLDER = ["sh", "-c", `cd "${ODD}"; exec "$0" "$@"`];

Deno.test({
  name: "mpserver and mpclient work in a folder whose name is no UTF-8",
  ignore,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    const { folder: cwd } = scratch;
    await runCommand(["sh", "-c", `mkdir "${cwd}/${ODD}"; cp "${file}" "${cwd}/${ODD}"`]);
    await using server = await Server.start(["film.mp4"], { at: 2, cwd, within: IN_ODD_FOLDER });
    for (const output of ["copy", "in/"]) {
      await using client = new Client(output, server.addresses, [], { cwd, within: IN_ODD_FOLDER });
      await client.finishes();
      const made = output.endsWith("/") ? `${output}film.mp4` : output;
      const moved = scratch.path("moved");
      await runCommand(["sh", "-c", `mv "${cwd}/${ODD}/${made}" "${moved}"`]);
      await assertSameContent(moved, file);
    }
  },
});

Deno.test({
  name: "mpserver serves a file whose name is no UTF-8 through a link that has one",
  ignore,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    const [link, copy] = [scratch.path("link.mp4"), scratch.path("copy")];
    const odd = `${scratch.folder}/${ODD}`;
    await runCommand(["sh", "-c", `cp "${file}" "${odd}"; ln -s "${odd}" "${link}"`]);
    await using server = await Server.start([link], { at: 2 });
    await using client = new Client(copy, server.addresses);
    await client.finishes();
    await assertSameContent(copy, file);
  },
});

// The runtime of compiled programs takes its arguments apart before any of ours runs, and stops there.
Deno.test({
  name: "Deno ends mpclient and mpserver that are given an argument that is no UTF-8",
  ignore,
  async fn() {
    await using scratch = await Scratch.make();
    const { folder: cwd } = scratch;
    for (const [program, option] of [["mpclient", "-o"], ["mpserver", "-f"]] as const) {
      const within = ["sh", "-c", `exec "$0" "$@" ${option} "${ODD}"`];
      await using ended = new Program(program, ["-p", "60000"], { cwd, within, stdin: "null" });
      await ended.exits(101);
      assertStringIncludes(ended.stderr.entries.join("\n"), String.raw`value: "odd\xFF"`);
    }
    assertEquals(await scratch.names(), []);
  },
});
