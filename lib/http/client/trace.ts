/** Who wants to know what is exchanged with an endpoint. */
export interface Trace {
  /** What `openTrace` has returned. */
  readonly id: number;
  /** 1 for Server1; absent where that is not known yet. */
  readonly server?: number;
}
