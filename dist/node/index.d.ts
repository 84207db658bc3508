/** The binary: MADOGUCHI_COMMAND, or that of the package for this platform, or the one on PATH. */
export function command(): string;
/** A scenario did not pass; the message is madoguchi's own report of it. */
export class Failed extends Error {}
/** Plays scenarios against a client: the JSON report. Throws `Failed` where they did not pass. */
export function run(
  scenario: string,
  client: string,
  more?: { options?: string[]; env?: Record<string, string | undefined> },
): Promise<unknown>;
/** The ids of the scenarios that these patterns choose. */
export function scenarios(...patterns: string[]): Promise<string[]>;
/** A counter that stays open: card, reader and service for one client, which is started with `env`. */
export class Counter {
  static open(scenario?: string, more?: { out?: string; options?: string[] }): Promise<Counter>;
  /** What to set for the client. */
  env: Record<string, string>;
  /** What madoguchi has said. */
  text: string;
  ask(name: string, values?: object): Promise<unknown>;
  insert(card?: string): Promise<unknown>;
  remove(): Promise<unknown>;
  close(): Promise<{ passed: boolean; text: string }>;
}
