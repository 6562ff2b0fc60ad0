import { assert } from "@std/assert";
import * as fc from "fast-check";
import { SOURCES } from "../../lib/cli/options/web_options.ts";
import { MetalinkError, readMetalink } from "../../lib/content/metalink_read.ts";
import { readAuthorities } from "../../lib/http/client/authorities.ts";
import { ClientConnection } from "../../lib/http/client/client_connection.ts";
import { isFaultOfPeer } from "../../lib/http/client/describe_fault.ts";
import { parseHttpDate } from "../../lib/http/http_date.ts";
import { MAX_RETRY_AFTER_MS } from "../../lib/http/limits.ts";
import { parseLinks } from "../../lib/http/client/link_header.ts";
import { parseNetrc } from "../../lib/http/client/netrc.ts";
import { parseRetryAfter } from "../../lib/http/client/retry_after.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { contentName } from "../../lib/sources/content_name.ts";
import { Discovery, findCopies } from "../../lib/sources/find_copies.ts";
import { LostError } from "../../lib/sources/lost_error.ts";
import { PLAIN_ACCESS, probe } from "../../lib/sources/probe.ts";
import { safeName } from "../../lib/storage/safe_name.ts";
import { Scratch } from "../../testing/scratch.ts";
import { fieldNoise, headNoise, metalinkNoise } from "./answer_noise.ts";

/** `FUZZ_RUNS=1000000 deno test -A tests/hostile/answers_test.ts` goes on for long. */
const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 300);
const FEW_RUNS = Math.ceil(RUNS / 10);

const NOW_MS = 1_700_000_000_000;
const never = new AbortController().signal;

/** Goes through with any noise. */
function survive<T>(name: string, noise: fc.Arbitrary<T>, use: (noise: T) => void): void {
  Deno.test(name, () => fc.assert(fc.property(noise, use), { numRuns: RUNS }));
}

survive("parseLinks() reads anything", fieldNoise(), (text) => {
  for (const { target } of parseLinks(text)) assert(!/[<>]/.test(target));
});

survive("contentName() and safeName() make a name of anything", fieldNoise(), (text) => {
  const name = contentName(text, [new URL("https://a.example/film.mp4")]);
  assert(name !== "" && !/[/\\]/.test(name));
  const safe = safeName(name);
  assert(!/^[.~-]|[/\\\p{Cc}\p{Cf}]/u.test(safe), JSON.stringify(safe));
  assert(new TextEncoder().encode(safe).length <= 255);
});

survive("parseRetryAfter() is never negative, and never long", fieldNoise(), (text) => {
  const waitMs = parseRetryAfter(text, NOW_MS) ?? 0;
  assert(waitMs >= 0 && waitMs <= MAX_RETRY_AFTER_MS);
});

survive("parseHttpDate() knows a date when it sees one", fieldNoise(), (text) => {
  assert(Number.isSafeInteger(parseHttpDate(text, NOW_MS) ?? 0));
});

survive("parseNetrc() reads anything", fieldNoise(), (text) => {
  for (const entry of parseNetrc(text)) assert(typeof entry.password === "string");
});

survive("SOURCES takes a URL, or says why not", fieldNoise(), (text) => {
  try {
    const source = SOURCES.parse(`http://${text}`);
    assert(source.kind === "url" && /^https?:$/.test(source.url.protocol));
  } catch (error) {
    assert(error instanceof MultiportError && error.code === "usage", String(error));
  }
});

Deno.test("readMetalink() reads anything, or says why not", async () => {
  await fc.assert(
    fc.asyncProperty(metalinkNoise(), async (text) => {
      const read = await readMetalink(text).catch((error) => error);
      assert(!(read instanceof Error) || read instanceof MetalinkError, String(read));
    }),
    { numRuns: RUNS },
  );
});

Deno.test("readAuthorities() takes certificates, or says why not", async () => {
  await using scratch = await Scratch.make();
  const ca = scratch.path("ca.pem");
  const inside = fc.oneof(fc.base64String(), fc.string({ unit: "binary" }), fieldNoise());
  fc.assert(
    fc.property(inside, (text) => {
      const pem = `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
      Deno.writeTextFileSync(ca, pem);
      try {
        readAuthorities({ ca, sslCertFile: ca });
      } catch (error) {
        assert(error instanceof MultiportError && error.code === "local", String(error));
      }
    }),
    { numRuns: FEW_RUNS },
  );
});

/** A server that sends the same to everybody, whatever is asked, and ends the connection. */
class NoiseServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #running = this.#run();
  #noise = new Uint8Array(0);

  get port(): number {
    return this.#listener.addr.port;
  }

  /** What it sends from now on, as ISO 8859-1. */
  send(noise: string): void {
    this.#noise = Uint8Array.from(noise, (char) => char.charCodeAt(0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        await conn.read(new Uint8Array(4_096)).catch(() => {});
        await conn.write(this.#noise).catch(() => {});
        conn.close();
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}

/** Whether an error is one that a source is lost for, and not a defect of ours. */
function isForeseen(error: unknown): boolean {
  return LostError.from(error) !== undefined || isFaultOfPeer(error);
}

Deno.test("probe() and findCopies() blame the server for whatever it answers", async () => {
  await using server = new NoiseServer();
  const url = new URL(`http://127.0.0.1:${server.port}/f.iso`);
  await fc.assert(
    fc.asyncProperty(headNoise(), fc.boolean(), async (noise, hasStart) => {
      server.send(`${hasStart ? "HTTP/1.1 206 X\r\nContent-Range: bytes 0-0/9\r\n" : ""}${noise}`);
      using discovery = new Discovery();
      const asked = [
        probe(url, PLAIN_ACCESS, never),
        findCopies(url, PLAIN_ACCESS, never, discovery),
      ];
      for (const found of await Promise.all(asked.map((one) => one.catch((error) => error)))) {
        assert(!(found instanceof Error) || isForeseen(found), String(found));
      }
    }),
    { numRuns: FEW_RUNS },
  );
});

Deno.test("ClientConnection blames a proxy for whatever it answers", async () => {
  await using server = new NoiseServer();
  const proxy = { host: "127.0.0.1", port: server.port };
  const endpoint = { scheme: "https", host: "hidden.invalid", port: 443, proxy } as const;
  await fc.assert(
    fc.asyncProperty(headNoise(), fc.boolean(), async (noise, hasStart) => {
      server.send(`${hasStart ? "HTTP/1.1 200 Connection established\r\n" : ""}${noise}`);
      const opened = await ClientConnection.open(endpoint, { buffer: new Uint8Array(65_536) })
        .catch((error) => error);
      assert(opened instanceof Error && isForeseen(opened), String(opened));
    }),
    { numRuns: FEW_RUNS },
  );
});
