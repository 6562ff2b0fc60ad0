/** What is to be left for everything else on the machine. */
const RESERVE_BYTES = 2 ** 30;

/** Whether files of so many bytes can be kept in memory, as those in the scratch folder are. */
export function hasRoomFor(bytes: number): boolean {
  const text = Deno.readTextFileSync("/proc/meminfo");
  const [, kibibytes = "0"] = /^MemAvailable:\s+(\d+) kB$/m.exec(text) ?? [];
  return Number(kibibytes) * 1024 > bytes + RESERVE_BYTES;
}
