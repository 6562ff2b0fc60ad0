/**
 * Cuts lines of text that is read as it comes, so that one without an end takes no more memory than others.
 *
 * @example
 * ```ts
 * text.pipeThrough(new LineLimit(500)).pipeThrough(new TextLineStream());
 * ```
 */
export class LineLimit extends TransformStream<string, string> {
  /** @param most Characters of a line that are passed on; its end always is. */
  constructor(most: number) {
    let length = 0;
    const cut = (part: string, at: number) => {
      if (at > 0) length = 0;
      const kept = part.slice(0, most - length);
      length += kept.length;
      return kept;
    };
    super({
      transform(chunk, controller) {
        controller.enqueue(chunk.split("\n").map(cut).join("\n"));
      },
    });
  }
}
