import { PieceStore } from "../../lib/content/piece_store.ts";
import { Plan } from "../../lib/plan/plan.ts";
import type { PlanCommand, PlanEvent } from "../../lib/plan/plan_event.ts";
import { Link } from "./link.ts";
import { Random } from "./random.ts";
import type { Referee } from "./referee.ts";
import { type Incident, type Scenario, settlingTime, type SourceScript } from "./scenario.ts";
import { Timeline } from "./timeline.ts";

/** Seconds between two reports of what a source delivered. */
const REPORT_SECONDS = 0.1;

/** Seconds after which a download that has not ended never will. */
const MAX_SECONDS = 1_000_000;

/** Seconds from the last incident until everybody knows of it. */
const SETTLING_SECONDS = 1e-6;

/** How often the same piece may turn out wrong, so that every download ends. */
const MAX_WRONG = 3;

/** Seconds from the last byte of a piece until its digest is known. */
const VERIFY_SECONDS = 0.002;

/** How a simulated download went. */
export interface Outcome {
  readonly seconds: number;
  /** Seconds until nothing happened to any server any more. */
  readonly settledAt: number;
  /** Seconds that the servers that were up then needed at least for what was missing then. */
  readonly leastAfter: number;
  /** Requests sent. */
  readonly requests: number;
  /** Blocks that were made to end sooner. */
  readonly trims: number;
  /** Bytes that came although nobody wanted them any more. */
  readonly discarded: number;
  /** Events that the plan was told. */
  readonly events: number;
  /** Time that the plan took for them, in the unit of the clock it was measured with. */
  readonly planTime: number;
}

interface SimulatedSource {
  readonly id: number;
  readonly script: SourceScript;
  readonly link: Link;
  /** What the plan was told. */
  state: "up" | "paused" | "gone";
  /** What it was asked for and has not delivered, as its client knows it. */
  readonly asked: { readonly id: number; start: number; end: number }[];
  /** How often it was lost. */
  losses: number;
  /** Counts changes, so that the appointment for a block's end can tell whether it still holds. */
  version: number;
}

/** What `lib/client` does, in virtual time: carries out a plan's orders and tells it what happens. */
export class SimulatedDownload {
  readonly #scenario: Scenario;
  readonly #referee: Referee | undefined;
  readonly #clock: () => number;
  readonly #plan: Plan;
  readonly #pieces: PieceStore;
  readonly #random: Random;
  readonly #timeline = new Timeline();
  readonly #sources: SimulatedSource[];
  readonly #wrongs = new Map<number, number>();
  #verifying = 0;
  #leastAfter = 0;
  #requests = 0;
  #trims = 0;
  #events = 0;
  #planTime = 0;

  /**
   * @param scenario What is to happen.
   * @param referee Who watches; nobody when speed matters.
   * @param clock Measures what the plan takes.
   */
  constructor(scenario: Scenario, referee?: Referee, clock: () => number = () => 0) {
    this.#scenario = scenario;
    this.#referee = referee;
    this.#clock = clock;
    this.#random = new Random(scenario.seed);
    const { pieceLength, missing, balance } = scenario;
    this.#plan = new Plan({ pieceLength, missing, balance });
    this.#pieces = new PieceStore(scenario.size, pieceLength);
    let end = 0;
    for (const range of [...missing, { start: scenario.size, end: scenario.size }]) {
      this.#pieces.deliver(undefined, { start: end, end: range.start });
      end = range.end;
    }
    this.#sources = scenario.sources.map((script, id) => ({
      id,
      script,
      link: new Link(script),
      state: script.present ? "up" : "gone",
      asked: [],
      losses: 0,
      version: 0,
    }));
  }

  /** The whole download. */
  run(): Outcome {
    const present = this.#sources.filter(({ state }) => state === "up").map(({ id }) => id);
    for (const source of this.#sources) {
      for (const incident of source.script.incidents) {
        this.#timeline.at(incident.at, () => this.#happen(source, incident));
      }
    }
    this.#obey(this.#measure(() => this.#plan.start(present, 0)));
    for (const source of this.#sources) {
      this.#timeline.after(this.#random.between(0, REPORT_SECONDS), () => this.#tick(source));
    }
    if (this.#referee) this.#timeline.at(0, () => this.#watch());
    const settledAt = settlingTime(this.#scenario);
    this.#timeline.at(settledAt + SETTLING_SECONDS, () => {
      this.#leastAfter = this.#plan.missing / this.#rate;
    });
    this.#timeline.run(() => this.#ended, MAX_SECONDS);
    if (!this.#ended) {
      throw new Error(`The download never ends: ${this.#plan.missing} bytes missing`);
    }
    this.#referee?.ended();
    return {
      seconds: this.#timeline.now,
      settledAt,
      leastAfter: this.#leastAfter,
      requests: this.#requests,
      trims: this.#trims,
      discarded: this.#sources.reduce((sum, { link }) => sum + link.discarded, 0),
      events: this.#events,
      planTime: this.#planTime,
    };
  }

  /** Bytes per second of all sources that are up. */
  get #rate(): number {
    return this.#sources.reduce(
      (sum, { state, link }) => sum + (state === "up" ? link.rate : 0),
      0,
    );
  }

  get #ended(): boolean {
    return this.#plan.missing === 0 && this.#verifying === 0;
  }

  // What the plan is told --------------------------------------------------------------------------

  #tell(event: PlanEvent): void {
    this.#events += 1;
    const commands = this.#measure(() => this.#plan.apply(event, this.#timeline.now));
    this.#obey(commands);
    this.#referee?.inspect(this.#plan);
  }

  #measure(decide: () => PlanCommand[]): PlanCommand[] {
    const start = this.#clock();
    const commands = decide();
    this.#planTime += this.#clock() - start;
    return commands;
  }

  #tick(source: SimulatedSource): void {
    if (source.state !== "gone") this.#report(source, true);
    this.#timeline.after(REPORT_SECONDS, () => this.#tick(source));
  }

  /** Tells what has arrived from a source; `always` even if that is nothing. */
  #report(source: SimulatedSource, always: boolean): void {
    const ranges = source.link.take(this.#timeline.now);
    const bytes = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    for (const range of ranges) {
      this.#deliver(source, range.end - range.start);
      for (const piece of this.#pieces.deliver(source.id, range)) this.#verify(piece);
    }
    this.#referee?.delivered(source.id, bytes);
    if (bytes > 0 || always) this.#tell({ type: "received", source: source.id, bytes });
    this.#expectEnd(source);
  }

  #deliver(source: SimulatedSource, bytes: number): void {
    const first = source.asked[0];
    if (!first) throw new Error(`Source ${source.id} delivered what it was not asked for`);
    first.start += bytes;
    if (first.start > first.end) throw new Error(`Source ${source.id} delivered beyond a block`);
    if (first.start === first.end) source.asked.shift();
  }

  /** Has the end of the block that a source is at reported when it comes. */
  #expectEnd(source: SimulatedSource): void {
    const version = ++source.version;
    const end = source.link.nextEnd;
    if (end === Infinity) return;
    this.#timeline.at(end, () => {
      if (source.version === version) this.#report(source, false);
    });
  }

  #verify(piece: number): void {
    const [sender = -1, ...others] = this.#pieces.sendersOf(piece);
    const suspect = others.length === 0 ? this.#sources[sender] : undefined;
    const wrongs = this.#wrongs.get(piece) ?? 0;
    if (!suspect) return;
    if (wrongs >= MAX_WRONG || !this.#random.chance(suspect.script.wrong)) {
      return this.#tell({ type: "cleared", source: suspect.id });
    }
    this.#wrongs.set(piece, wrongs + 1);
    this.#verifying += 1;
    this.#timeline.after(VERIFY_SECONDS, () => {
      this.#verifying -= 1;
      this.#pieces.discard(piece);
      const range = this.#pieces.rangeOf(piece);
      this.#referee?.released(range);
      this.#tell({ type: "parole", source: suspect.id });
      this.#tell({ type: "rejected", source: suspect.id, range });
    });
  }

  #happen(source: SimulatedSource, incident: Incident): void {
    const { link, id } = source;
    const now = this.#timeline.now;
    switch (incident.type) {
      case "rate":
        link.setRate(incident.rate, now);
        return this.#report(source, false);
      case "pause":
        link.pause(incident.allowance, now);
        this.#expectEnd(source);
        return this.#timeline.after(incident.noticed, () => {
          if (source.state !== "up") return;
          source.state = "paused";
          this.#referee?.paused(id, this.#plan);
          this.#tell({ type: "paused", source: id });
        });
      case "resume":
        link.resume(now);
        this.#expectEnd(source);
        return this.#timeline.after(incident.noticed, () => {
          if (source.state !== "paused") return;
          source.state = "up";
          this.#referee?.unpaused(id);
          this.#tell({ type: "resumed", source: id });
          this.#expectEnd(source);
        });
      case "fail":
        link.pause(0, now);
        this.#expectEnd(source);
        return this.#timeline.after(incident.noticed, () => this.#lose(source));
      case "join":
        if (source.state !== "gone") return;
        source.state = "up";
        return this.#tell({ type: "joined", source: id });
    }
  }

  #lose(source: SimulatedSource): void {
    if (source.state === "gone") return;
    this.#report(source, true);
    source.link.drop(this.#timeline.now);
    source.state = "gone";
    source.losses += 1;
    for (const range of source.asked.splice(0)) this.#referee?.released(range);
    this.#referee?.unpaused(source.id);
    this.#tell({ type: "failed", source: source.id });
  }

  // What the plan wants ----------------------------------------------------------------------------

  #obey(commands: readonly PlanCommand[]): void {
    for (const command of commands) {
      const source = this.#sources[command.source];
      if (!source) throw new Error(`An order to source ${command.source}, which does not exist`);
      if (command.type === "fetch") {
        const { block } = command;
        this.#referee?.fetched(source.id, source.state === "up", source.asked.length, block);
        this.#requests += 1;
        source.asked.push({ ...block });
        source.link.ask(block, this.#timeline.now);
        this.#expectEnd(source);
      } else if (command.type === "abandon") {
        this.#pieces.abandon(source.id, command.range);
        this.#referee?.released(command.range);
      } else {
        this.#trims += 1;
        const { losses } = source;
        this.#timeline.after(this.#scenario.trimSeconds, () => {
          // Of a connection that is gone an answer may come or not.
          const isAnswered = losses === source.losses || this.#random.chance(0.5);
          if (isAnswered) this.#trim(source, command.block, command.end);
        });
      }
    }
  }

  #trim(source: SimulatedSource, block: number, wanted: number): void {
    if (source.state !== "gone") this.#report(source, false);
    const place = source.asked.findIndex(({ id }) => id === block);
    const asked = source.asked[place];
    const end = source.link.trim(block, wanted, this.#timeline.now) ?? asked?.end ?? wanted;
    if (asked && end < asked.end) {
      this.#referee?.released({ start: end, end: asked.end });
      asked.end = end;
      if (asked.start === asked.end) source.asked.splice(place, 1);
    }
    this.#tell({ type: "trimmed", source: source.id, block, end });
    this.#report(source, false);
  }

  /** Has the referee look at who is idle, again and again. */
  #watch(): void {
    const up = this.#sources.filter(({ state }) => state === "up");
    const rates = new Map(up.map(({ id, link }) => [id, link.rate]));
    this.#referee?.watchIdle(this.#plan, rates, this.#timeline.now);
    this.#timeline.after(REPORT_SECONDS, () => this.#watch());
  }
}
