/** Whether content may flow, and a way to wait until it may again. */
export class PauseGate {
  #closed: PromiseWithResolvers<void> | undefined;

  get paused(): boolean {
    return this.#closed !== undefined;
  }

  pause(): void {
    this.#closed ??= Promise.withResolvers();
  }

  resume(): void {
    this.#closed?.resolve();
    this.#closed = undefined;
  }

  /** Resolves as soon as content may flow. */
  resumed(): Promise<void> {
    return this.#closed?.promise ?? Promise.resolve();
  }
}
