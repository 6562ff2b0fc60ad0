import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { openPage } from "../../../testing/browser.ts";
import { MIB } from "../../../testing/scratch.ts";
import { CLIENTS, testWith } from "../peers.ts";
import { hasSent, type Ports, withPorts } from "../ports.ts";

/** Bytes of sound for a second: 48,000 samples of 2 bytes for 2 ears. */
const BYTES_PER_SECOND = 48_000 * 2 * 2;

const SECONDS = 240;

const WAV_HEAD_LENGTH = 44;

/** What scripts in the page begin with. */
const PRELUDE = `
  const once = (target, type) =>
    new Promise((resolve, reject) => {
      target.addEventListener(type, resolve, { once: true });
      target.addEventListener("error", () => reject(target.error), { once: true });
    });
  const digest = async (bytes) =>
    Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)),
      (byte) => byte.toString(16).padStart(2, "0")).join("");
`;

interface ScriptedPage {
  /** Goes to another place. */
  goTo(url: string): Promise<unknown>;
  /** Runs the body of an async function in the page; resolves to what it returns. */
  run(script: string): Promise<unknown>;
}

function testPage(name: string, play: (page: ScriptedPage, ports: Ports) => Promise<void>): void {
  const size = WAV_HEAD_LENGTH + SECONDS * BYTES_PER_SECOND;
  testWith([CLIENTS.chromium], name, () =>
    withPorts(async (ports) => {
      await using page = await openPage(infoOf(ports, 0));
      await play({
        goTo: (url) => page.goto(url),
        run: (script) => page.evaluate(`(async () => { ${script} })()`),
      }, ports);
    }, { name: "film.wav", size, head: wavHead(size) }));
}

testPage("a <video> in Chromium seeks, and waits while its port is paused", async (page, ports) => {
  const { server } = ports;
  await page.run(`
    ${PRELUDE}
    window.video = document.body.appendChild(document.createElement("video"));
    video.muted = true;
    video.src = "/film.wav";
    await once(video, "loadedmetadata");
  `);
  await server.pause(1);
  await page.run(`
    ${PRELUDE}
    video.currentTime = ${SECONDS * 0.9};
    window.seeking = once(video, "seeked");
  `);
  await server.type("r1");
  const seen = await page.run(`
    await seeking;
    const { buffered } = video;
    return {
      duration: video.duration,
      time: video.currentTime,
      seekable: video.seekable.end(0),
      isThere: [...Array(buffered.length).keys()].some((at) =>
        buffered.start(at) <= video.currentTime && video.currentTime <= buffered.end(at)),
    };
  `);
  const time = SECONDS * 0.9;
  assertEquals(seen, { duration: SECONDS, time, seekable: SECONDS, isThere: true });
  await server.type("q");
  await server.exits(0);
  assert(server.served < SECONDS * BYTES_PER_SECOND, "It was sent everything");
});

testPage("fetch() in Chromium tells that a port was terminated", async (page, ports) => {
  const { server, bytes } = ports;
  await page.run(`
    window.received = 0;
    window.fetching = (async () => {
      const { body } = await fetch("/film.wav");
      for await (const chunk of body) received += chunk.length;
    })();
    fetching.catch(() => {});
  `);
  await hasSent(server, 1, MIB);
  await server.terminate(1);
  const failure = await page.run(`return await fetching.then(() => "none", ({ name }) => name);`);
  assertEquals(failure, "TypeError");
  const received = await page.run("return received;") as number;
  assert(received < bytes.length);

  await page.goTo(infoOf(ports, 1));
  const end = received + 2 * MIB;
  const sha256 = await page.run(`
    ${PRELUDE}
    const headers = { Range: "bytes=${received}-${end - 1}" };
    return await digest(await (await fetch("/film.wav", { headers })).arrayBuffer());
  `);
  const expected = createHash("sha256").update(bytes.subarray(received, end)).digest("hex");
  assertEquals(sha256, expected);
});

/** A page of a port, for scripts to be of its origin. */
function infoOf({ urls }: Ports, at: number): string {
  return new URL("/.multiport/info", urls[at]).href;
}

/** The head of a WAVE file of a size; samples follow. */
function wavHead(size: number): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(WAV_HEAD_LENGTH);
  const view = new DataView(head.buffer);
  const text = (at: number, chars: string) => head.set(new TextEncoder().encode(chars), at);
  text(0, "RIFF");
  view.setUint32(4, size - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, 48_000, true);
  view.setUint32(28, BYTES_PER_SECOND, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, size - WAV_HEAD_LENGTH, true);
  return head;
}
