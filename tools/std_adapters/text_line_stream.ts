/** What a {@linkcode TextLineStream} may be told. */
export interface TextLineStreamOptions {
  /** Whether `\r` alone ends a line too. */
  allowCR?: boolean;
}

/** `TextLineStream` of `@std/streams/text-line-stream`: text in, one line a chunk out. */
export class TextLineStream extends TransformStream<string, string> {
  constructor({ allowCR = false }: TextLineStreamOptions = {}) {
    // A `\r` that ends a chunk waits for the next one: a `\n` may follow.
    const lineEnd = allowCR ? /\r\n|\n|\r(?=[^])/ : /\r?\n/;
    let rest = "";
    super({
      transform(chunk, controller) {
        const lines = (rest + chunk).split(lineEnd);
        rest = lines.pop()!;
        for (const line of lines) controller.enqueue(line);
      },
      flush(controller) {
        if (rest !== "") controller.enqueue(allowCR ? rest.replace(/\r$/, "") : rest);
      },
    });
  }
}
