/** One option of a command line. */
export interface OptionSpec {
  /** The long name, without dashes. */
  readonly name: string;
  /** The letter after a single dash. */
  readonly short?: string;
  /** Other long names for the same option. */
  readonly aliases?: readonly string[];
  /** `flag` takes no value, `value` exactly one, `values` one or more. */
  readonly takes: "flag" | "value" | "values";
}

/**
 * The option that a long name, an alias or a short letter stands for.
 *
 * @example
 * ```ts
 * findOption(specs, "address")?.name; // "allow"
 * ```
 */
export function findOption(specs: readonly OptionSpec[], name: string): OptionSpec | undefined {
  return specs.find((spec) =>
    spec.name === name || spec.short === name || spec.aliases?.includes(name)
  );
}

/** How an option is spelt in messages: `-p, --ports` or `--wait`. */
export function optionLabel(spec: OptionSpec): string {
  return spec.short === undefined ? `--${spec.name}` : `-${spec.short}, --${spec.name}`;
}
