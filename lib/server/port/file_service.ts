import type { ClientBuffers } from "./client_buffers.ts";
import type { ByteRange } from "../../byte_range.ts";
import type { AccessToken } from "./access_token.ts";
import { type ContentSource, PauseGate } from "./content_transfer.ts";
import type { PortLimits } from "../limits.ts";
import { PortState } from "./port_state.ts";
import type { FromPort, TakenPart } from "../port_message.ts";
import type { RateLimit } from "./rate_limit.ts";
import type { HostNames } from "./request_site.ts";
import type { SendTurns } from "./send_turns.ts";
import type { ManifestState, Served } from "./response.ts";
import type { ServedFile } from "../served_file.ts";
import type { NoticeDetails } from "../notices.ts";
import type { ServerState } from "../server_event.ts";

/** What all ports of a worker have together. */
export interface WorkerShared {
  readonly buffers: ClientBuffers;
  readonly turns: SendTurns;
}

/** How a port serves its file. */
export interface FileServiceOptions extends WorkerShared {
  /** 1 for Server1. */
  readonly index: number;
  readonly limits: PortLimits;
  /** Absent: as fast as it can. */
  readonly rate: RateLimit | undefined;
  /** The names it goes by. */
  readonly names: HostNames;
  /** How clients write where it is. */
  readonly scheme: "http" | "https";
  /** Absent: clients need none. */
  readonly token: AccessToken | undefined;
  /** Whether to tell which client takes which part, as `--once` needs to know. */
  readonly tracked: boolean;
}

/** One file on one port, as all connections to it see it: what there is, and whether it flows. */
export class FileService implements Served, ContentSource {
  readonly index: number;
  readonly file: ServedFile;
  readonly buffers: ClientBuffers;
  readonly turns: SendTurns;
  readonly limits: PortLimits;
  readonly rate: RateLimit | undefined;
  readonly names: HostNames;
  readonly scheme: "http" | "https";
  readonly token: AccessToken | undefined;
  readonly gate = new PauseGate();
  /** The port's state, and who follows it. */
  readonly states: PortState;
  siblings: readonly number[] = [];
  manifest: ManifestState = { kind: "computing" };
  /** Bytes of content that clients have taken. */
  sentBytes = 0;
  readonly #tracked: boolean;
  /** Transfers under way, if clients are tracked. */
  readonly #answers = new Set<TrackedAnswer>();
  readonly #report: (message: FromPort) => void;
  #changeTold = false;

  /** @param report Told everything that the supervisor has to know. */
  constructor(
    file: ServedFile,
    { index, buffers, turns, limits, rate, names, scheme, token, tracked }: FileServiceOptions,
    report: (message: FromPort) => void,
  ) {
    this.index = index;
    this.file = file;
    this.buffers = buffers;
    this.turns = turns;
    this.limits = limits;
    this.rate = rate;
    this.names = names;
    this.scheme = scheme;
    this.token = token;
    this.#tracked = tracked;
    this.#report = report;
    this.states = new PortState((state) => report({ type: "state", state }));
  }

  get name(): string {
    return this.file.identity.name;
  }

  get size(): number {
    return this.file.identity.size;
  }

  get etag(): string {
    return this.file.etag;
  }

  get lastModifiedMs(): number {
    return this.file.identity.modifiedMs;
  }

  get changedMs(): number {
    return this.file.identity.changedMs;
  }

  get state(): ServerState {
    return this.states.current;
  }

  pause(): void {
    this.gate.pause();
    this.states.pause();
  }

  resume(): void {
    this.gate.resume();
    this.states.resume();
  }

  checkUnchanged(): boolean {
    const isUnchanged = this.file.checkUnchanged();
    if (!isUnchanged) this.tellChange();
    return isUnchanged;
  }

  /** Tells the operator, once, that the file was changed. */
  tellChange(): void {
    if (this.#changeTold) return;
    this.#changeTold = true;
    const { path } = this.file.identity;
    this.notice(`refuses requests: ${path} was changed`, { about: "changed" });
  }

  /** Tells the operator something about this server. */
  notice(message: string, more: NoticeDetails = {}): void {
    this.#report({ type: "notice", message: `Server${this.index} ${message}`, ...more });
  }

  /** Tells the supervisor that no connection can be accepted. */
  tellShortage(): void {
    this.#report({ type: "short of descriptors" });
  }

  clientConnects(client: string): void {
    if (this.#tracked) this.#report({ type: "connected", client });
  }

  clientLeaves(client: string): void {
    if (this.#tracked) this.#report({ type: "disconnected", client });
  }

  /**
   * @param counts Whether the client counts for `--once`; a browser that another site has sent here does not.
   * @returns What is to be called when it has ended.
   */
  contentBegins(client: string, transfer: RunningTransfer, counts: boolean): () => void {
    this.states.answerBegins();
    if (!this.#tracked || !counts) return () => this.states.answerEnds();
    const answer = new TrackedAnswer(client, transfer);
    this.#answers.add(answer);
    this.#report({ type: "begun", client });
    return () => {
      this.states.answerEnds();
      this.#answers.delete(answer);
      this.#report({ type: "sent", ...answer.newPart() });
    };
  }

  /** Tells what clients have taken by answers that go on; to be called regularly. */
  tellTaken(): void {
    const parts = [...this.#answers].map((answer) => answer.newPart())
      .filter(({ range }) => range.start < range.end);
    if (parts.length > 0) this.#report({ type: "taken", parts });
  }

  /** No state is told any more. */
  [Symbol.dispose](): void {
    this.states.close();
    this.file[Symbol.dispose]();
  }
}

/** Content on its way to a client. */
interface RunningTransfer {
  /** The part of the file that has been sent so far. */
  readonly sent: ByteRange;
}

/** A transfer under way, whose progress is reported. */
class TrackedAnswer {
  readonly #client: string;
  readonly #transfer: RunningTransfer;
  /** Where the next part to tell of begins. */
  #position: number;

  constructor(client: string, transfer: RunningTransfer) {
    this.#client = client;
    this.#transfer = transfer;
    this.#position = transfer.sent.start;
  }

  /** What the client has taken since this was called last. */
  newPart(): TakenPart {
    const { end } = this.#transfer.sent;
    const range = { start: this.#position, end };
    this.#position = end;
    return { client: this.#client, range };
  }
}
