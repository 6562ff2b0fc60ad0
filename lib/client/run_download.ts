import { byteCount } from "../byte_count.ts";
import { now } from "../clock.ts";
import { nextTurn } from "../next_turn.ts";
import { MultiportError } from "../multiport_error.ts";
import type { Wants } from "../content/consensus.ts";
import type { MetalinkFile } from "../content/metalink.ts";
import { addSources, type Described, leftOutOf } from "./add_sources.ts";
import { forEachFile } from "./for_each_file.ts";
import { checkTwoAreNamed, checkTwoAreThere, isSecondAwaited } from "./second_source.ts";
import { planVerification, remarksOn } from "./verification.ts";
import { wantedDigest } from "./whole_digest.ts";
import { Agreement, DisprovedError, OutvotedError } from "../sources/agreement.ts";
import { canBegin, findTie } from "../sources/votes.ts";
import type { DownloadEvent } from "./download_event.ts";
import type { DownloadResult } from "./download_options.ts";
import type { DownloadSettings } from "./download_settings.ts";
import { DEFAULT_WAIT_S, LATE_START_MS } from "../sources/limits.ts";
import { MAX_COPIES_TRIED } from "./limits.ts";
import { waitForSources } from "../sources/wait_for_sources.ts";
import { safeName } from "../storage/safe_name.ts";
import type { PartFile } from "../storage/part_file.ts";
import type { TellNotice } from "../sources/source_event.ts";
import { Sources } from "../sources/sources.ts";
import { FileDownload } from "./file_download.ts";
import { keepComplete } from "./keep_complete.ts";
import { type Offer, offerOf } from "./offer.ts";
import { Place } from "./place.ts";
import { streamContent } from "./stream.ts";

/** Receives every event of a download. */
export type Tell = (event: DownloadEvent) => void;

/**
 * Downloads a file, and tells what happens as it happens; last of all that it is done.
 *
 * @param onDefect Is told what went wrong that is no fault of a server: it has to end the download.
 * @throws {MultiportError} If the file cannot be had.
 * @throws The reason of `signal`.
 */
export async function runDownload(
  named: DownloadSettings & { readonly listed?: MetalinkFile },
  onEvent: Tell,
  signal: AbortSignal,
  onDefect: (error: unknown) => void,
): Promise<DownloadResult> {
  using place = new Place(named);
  const sources = new Sources(onEvent);
  sources.failure.catch(onDefect);
  try {
    const described = await addSources(sources, named, signal);
    if (described.files) {
      place.checkHoldsSeveral(described.files.length);
      return await forEachFile(
        described.files,
        onEvent,
        signal,
        (listed) => runDownload({ ...named, listed }, onEvent, signal, onDefect),
      );
    }
    if (named.twice) checkTwoAreNamed(sources);
    // Servers are being asked meanwhile: what they are asked next goes out before the disk takes its time.
    // What is wrong with the place need not wait for them.
    await nextTurn();
    const isFile = named.stream === undefined;
    const keep = () => {
      const { sha256 } = wantsOf(named, described);
      return keepComplete({ settings: { ...named, sha256 }, onEvent, sources, place }, signal);
    };
    const early = described.name ?? described.called;
    if (early !== undefined) place.learn(early);
    if (isFile && place.isTaken) return await keep();
    const opened = isFile ? await place.open(signal) : undefined;
    const notice = tellOnce(onEvent);
    // What an earlier run has left may be of any of them, and what was streamed cannot be taken back.
    const beginsEarly = opened?.isNew === true && !named.twice;
    const { votesUntil, awaitedUntil } = await waitForAnswers(
      { sources, settings: named, described, beginsEarly },
      onEvent,
      notice,
      signal,
    );
    // An address that has answered only now may have led to more.
    const { file, name } = described;
    const wants = wantsOf(named, described);
    const settings = { ...named, sha256: wants.sha256 };
    if (name !== undefined && file) leftOutOf(file).forEach((message) => notice(message));
    let used: PartFile | undefined;
    for (let tries = 1;;) {
      const agreement = new Agreement(sources, { ...wants, votesUntil, notice });
      place.learn(name ?? described.called ?? agreement.name);
      checkSize(agreement, settings.maxSize);
      if (isFile && place.isTaken) return await keep();
      const { size } = agreement;
      const means = {
        settings,
        size,
        isPublished: sources.publishDigests,
        listed: file?.pieces,
        sha256: file?.digests["sha-256"],
      };
      const verification = planVerification(means);
      const { verify, twice } = verification;
      if (twice) checkTwoAreThere(sources, agreement);
      const sayings = { sha256: named.sha256, file, agreement, verify: settings.verify };
      const wanted = () => wantedDigest(sayings, verification);
      for (const remark of remarksOn(verification, means, wanted())) notice(remark);
      const shared = {
        settings: { ...settings, verify, twice },
        onEvent,
        sources,
        agreement,
        verification,
        wanted,
      };
      const { stream } = settings;
      if (stream) return await streamContent({ ...shared, stream }, signal);
      const part = await place.open(signal) as PartFile;
      // What was fetched before an outvote stays: the next vote may bring its version back.
      if (!settings.resume && part !== used) part.startOver();
      used = part;
      const mayTryAgain = wants.tries && tries < MAX_COPIES_TRIED;
      const attempt = new FileDownload({ ...shared, place, part, awaitedUntil, mayTryAgain });
      const result = await resultUnlessOutvoted(attempt, signal, notice, () => tries += 1);
      if (result) return result;
    }
  } finally {
    await sources.close();
  }
}

/**
 * Finds out what would be downloaded, and what each source has.
 *
 * @param onOffer Is told of each file, where there are several.
 * @throws As {@linkcode runDownload}.
 */
export async function runInspection(
  settings: DownloadSettings & { readonly listed?: MetalinkFile },
  onEvent: Tell,
  signal: AbortSignal,
  onDefect: (error: unknown) => void,
  onOffer: (offer: Offer) => void,
): Promise<Offer> {
  using place = new Place(settings);
  const sources = new Sources(onEvent);
  sources.failure.catch(onDefect);
  try {
    const described = await addSources(sources, settings, signal);
    if (described.files) {
      place.checkHoldsSeveral(described.files.length);
      return await forEachFile(
        described.files,
        onEvent,
        signal,
        (listed) => runInspection({ ...settings, listed }, onEvent, signal, onDefect, onOffer),
      );
    }
    const notice = tellOnce(onEvent);
    const parts = { sources, settings, described, beginsEarly: false };
    const { votesUntil } = await waitForAnswers(parts, onEvent, notice, signal);
    const wants = wantsOf(settings, described);
    const agreement = new Agreement(sources, { ...wants, votesUntil, notice });
    place.learn(described.name ?? described.called ?? agreement.name);
    const offer = offerOf(sources, agreement, place, described.file?.digests["sha-256"]);
    onOffer(offer);
    return offer;
  } finally {
    await sources.close();
  }
}

/** What the file must have, as far as a person or a Metalink has said. */
function wantsOf(
  { sha256: named, stream }: DownloadSettings,
  { file }: Described,
): Wants & { readonly tries: boolean } {
  const sha256 = named ?? file?.digests["sha-256"];
  // What was streamed cannot be taken back.
  return { sha256, size: file?.size, tries: sha256 !== undefined && stream === undefined };
}

/** The sources to wait for before a download begins. */
interface Awaited {
  readonly sources: Sources;
  readonly settings: DownloadSettings;
  readonly described: Described;
  /** Whether it begins with the first that is ready, where the others may join late. */
  readonly beginsEarly: boolean;
}

/** Until when sources have a say, in seconds on the clock of `now()`. */
interface SayUntil {
  /** Until when a tie waits for those that have not answered. */
  readonly votesUntil: number;
  /** Until when the download does not end without those that have not answered; 0 if they were waited for. */
  readonly awaitedUntil: number;
}

/** Waits for the sources that it takes to begin. */
async function waitForAnswers(
  { sources, settings, described, beginsEarly }: Awaited,
  onEvent: Tell,
  notice: TellNotice,
  signal: AbortSignal,
): Promise<SayUntil> {
  const startedAt = now();
  const isTied = () => {
    const tie = findTie(sources, wantsOf(settings, described));
    if (tie) notice(`${tie}; waiting for the other servers`, "tie");
    return tie !== undefined || settings.twice && isSecondAwaited(sources);
  };
  const mayBegin = () =>
    beginsEarly && canBegin(sources, wantsOf(settings, described), settings.maxSize);
  const { wait } = settings;
  await waitForSources(sources, wait, onEvent, signal, { isTied, mayBegin });
  return {
    votesUntil: startedAt + (wait ?? DEFAULT_WAIT_S),
    awaitedUntil: beginsEarly ? now() + LATE_START_MS / 1_000 : 0,
  };
}

function checkSize({ name, size }: Agreement, maxSize: number): void {
  if (size <= maxSize) return;
  const why = `it has ${byteCount(size)}, and more than ${maxSize} are refused`;
  throw new MultiportError("local", `Cannot download ${safeName(name)}: ${why}`);
}

/** Undefined if most servers turned out to have another file, or what has come is not what was asked for. */
async function resultUnlessOutvoted(
  attempt: FileDownload,
  signal: AbortSignal,
  notice: TellNotice,
  onDisproved: () => void,
): Promise<DownloadResult | undefined> {
  try {
    return await attempt.run(signal);
  } catch (error) {
    if (error instanceof DisprovedError) {
      onDisproved();
      notice(error.message);
      return undefined;
    }
    if (!(error instanceof OutvotedError)) throw error;
    notice(error.message, "outvoted");
    return undefined;
  }
}

/** Tells people every message once. */
function tellOnce(onEvent: Tell): TellNotice {
  const told = new Set<string>();
  return (message, about) => {
    const subject = about === undefined ? {} : { about };
    if (!told.has(message)) onEvent({ type: "notice", message, ...subject });
    told.add(message);
  };
}
