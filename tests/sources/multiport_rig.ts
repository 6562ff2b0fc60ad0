import { assertStringIncludes } from "@std/assert";
import { MultiportSource } from "../../lib/sources/multiport_source.ts";
import type { SourceListener } from "../../lib/sources/source.ts";
import { contentOf } from "../client/content.ts";
import { Log } from "../client/log.ts";
import { digestsOf, manifestOf } from "../client/mpserver.ts";
import { type Peer, ScriptedServer } from "./scripted_server.ts";

export const EVENTS_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
const DIGESTS = digestsOf(manifestOf("a", contentOf(0, 5)));
export const INFO = { name: "a", size: 5, manifest: DIGESTS, state: "listening" };

/** What a source tells, and what is known of it then. */
type Told =
  | { what: "answered" | "learned"; paused: boolean; hasDigest: boolean }
  | { what: "paused" | "resumed" | "terminated" }
  | { what: "unreachable" | "busy" | "refused" | "gone"; reason: string };

/** A source and the server it keeps in touch with. */
export class MultiportRig implements AsyncDisposable {
  readonly server = new ScriptedServer();
  readonly told = new Log<Told>();
  readonly source: MultiportSource;
  readonly ended: Promise<void>;

  /**
   * @param onTold Called with everything that is told.
   * @param listenAfterMs As the source takes it.
   */
  constructor(onTold: (told: Told) => void = () => {}, listenAfterMs?: number) {
    const add = (told: Told) => {
      this.told.add(told);
      onTold(told);
    };
    const listener: SourceListener = {
      happened: ({ state, copy, reason }, { type: what }) => {
        switch (what) {
          case "answered":
          case "learned":
            return add({ what, paused: state === "paused", hasDigest: !!copy?.digest });
          case "unreachable":
          case "busy":
          case "refused":
          case "gone":
            return add({ what, reason });
          case "paused":
          case "resumed":
          case "terminated":
            return add({ what });
        }
      },
    };
    const address = { host: "127.0.0.1", port: this.server.port };
    this.source = new MultiportSource(1, address, listener, listenAfterMs);
    this.ended = this.source.run();
  }

  /** Answers the next info request on a connection of its own; answers the connection. */
  async info(fields: Readonly<Record<string, unknown>> = {}): Promise<Peer> {
    const peer = await this.server.peer();
    assertStringIncludes(await peer.request() ?? "", "/.multiport/info");
    await peer.answer(200, JSON.stringify({ ...INFO, ...fields }));
    return peer;
  }

  /** Answers an info request and begins the events that follow it. */
  async touch(fields: Readonly<Record<string, unknown>> = {}): Promise<Peer> {
    const peer = await this.info(fields);
    assertStringIncludes(await peer.request() ?? "", "/.multiport/events");
    await peer.send(EVENTS_HEAD);
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.source.stop();
    await this.ended;
    await this.server[Symbol.asyncDispose]();
  }
}

export const stateLine = (state: string) => `data: ${JSON.stringify({ state })}\n\n`;
export const ANSWERED = { what: "answered", paused: false, hasDigest: true } satisfies Told;
