import type { SourceEvent } from "./source_event.ts";
import type { ServerAddress } from "./server_address.ts";
import type { Info } from "./server_info.ts";
import { Member } from "./member.ts";
import type { Source, SourceListener } from "./multiport_source.ts";

/** Gets told what happens to members, after the roster has taken note of it. */
export interface RosterObserver {
  /** It answered; its info may be new. */
  answered(member: Member): void;
  paused(member: Member): void;
  terminated(member: Member): void;
  /** It does not answer. */
  silent(member: Member, reason: string): void;
}

/** All servers of a download, and what is known of each. */
export class Roster implements SourceListener {
  readonly members: readonly Member[];
  readonly #onEvent: (event: SourceEvent) => void;
  /** Whoever has to act on what happens; the download's phases take turns. */
  observer: RosterObserver | undefined;
  #isIdle: ((member: Member) => boolean) | undefined;

  /** @param now Seconds. */
  constructor(
    servers: readonly ServerAddress[],
    onEvent: (event: SourceEvent) => void,
    now: number,
  ) {
    this.#onEvent = onEvent;
    this.members = servers.map((address, at) => new Member(at + 1, address, this, now));
  }

  /** Bytes taken over the network in this run. */
  get received(): number {
    return this.members.reduce((sum, { received }) => sum + received, 0);
  }

  /** Why each of them is of no use, in words: `127.0.0.1:60000 (connection refused), …`. */
  get reasons(): string {
    return this.members.map(({ source, reason }) => `${source.name} (${reason})`).join(", ");
  }

  /** Starts asking all servers. */
  run(): void {
    for (const { source } of this.members) void source.run();
  }

  /** Stops asking. */
  stop(): void {
    for (const { source } of this.members) source.stop();
  }

  /**
   * Tells people the states of all members, and from now on every change.
   *
   * @param isIdle Whether a member has nothing left to do.
   */
  begin(isIdle: (member: Member) => boolean): void {
    this.#isIdle = isIdle;
    for (const member of this.members) {
      member.source.listen();
      this.show(member);
    }
  }

  /** Tells people the state of a member if it is another than before. */
  show(member: Member): void {
    if (!this.#isIdle) return;
    const state = member.state(this.#isIdle(member));
    if (!member.show(state)) return;
    const reason = state === "failed" && member.reason !== "" ? { reason: member.reason } : {};
    this.#onEvent({ type: "server", index: member.index, state, ...reason });
  }

  /** Gives up on a member for good. */
  refuse(member: Member, reason: string, standing: "refused" | "wrong" = "refused"): void {
    if (!member.mayReturn) return;
    member.standing = standing;
    member.reason = reason;
    member.source.stop();
    this.show(member);
  }

  answered(source: Source, info: Info): void {
    const member = this.#memberOf(source);
    member.standing = "up";
    this.paused(source, info.paused);
    this.observer?.answered(member);
    this.show(member);
  }

  paused(source: Source, paused: boolean): void {
    const member = this.#memberOf(source);
    if (member.paused === paused) return;
    member.paused = paused;
    this.observer?.paused(member);
    this.show(member);
  }

  terminated(source: Source): void {
    const member = this.#memberOf(source);
    member.standing = "terminated";
    member.reason = "terminated by its operator";
    this.observer?.terminated(member);
    this.show(member);
  }

  silent(source: Source, reason: string, final: boolean): void {
    const member = this.#memberOf(source);
    if (final) this.refuse(member, reason);
    else if (!member.joined) {
      // What broke off first is the cause; that nobody answers any more follows from it.
      if (member.standing !== "doubted") member.reason = reason;
      if (member.standing !== "connecting") member.standing = "lost";
    }
    this.observer?.silent(member, reason);
    this.show(member);
  }

  #memberOf(source: Source): Member {
    return this.members[source.index - 1] as Member;
  }
}
