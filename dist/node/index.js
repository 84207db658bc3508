// madoguchi from Node.js: an open counter and scenarios, over the command `madoguchi`.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The binary: MADOGUCHI_COMMAND, or that of the package for this platform, or the one on PATH. */
export function command() {
  if (process.env.MADOGUCHI_COMMAND) return process.env.MADOGUCHI_COMMAND;
  try {
    const found = createRequire(import.meta.url).resolve(
      `madoguchi-${process.platform}-${process.arch}/bin/madoguchi`,
    );
    if (existsSync(found)) return found;
  } catch {
    // no package for this platform
  }
  return 'madoguchi';
}

/** A scenario did not pass; the message is madoguchi's own report of it. */
export class Failed extends Error {}

/** Plays scenarios against a client: the JSON report. Throws `Failed` where they did not pass. */
export async function run(scenario, client, { options = [], env = process.env } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-'));
  try {
    const report = join(folder, 'report.json');
    const words = ['run', scenario, '--client', client, '--json', report, '--out', folder, ...options];
    const [error, told] = await new Promise((resolve) => {
      execFile(command(), words, { env, maxBuffer: 1 << 28 }, (error, out, err) => resolve([error, out + err]));
    });
    if (error) throw new Failed(told || error.message);
    return JSON.parse(await readFile(report, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The ids of the scenarios that these patterns choose. */
export async function scenarios(...patterns) {
  const told = await new Promise((resolve, reject) => {
    execFile(command(), ['list', 'scenarios', ...patterns], (error, out) => (error ? reject(error) : resolve(out)));
  });
  return told.split('\n').map((line) => line.trim().split(/\s+/)[0]).filter(Boolean);
}

/** A counter that stays open: card, reader and service for one client, which is started with `env`. */
export class Counter {
  #process;
  #line;
  #waiting = [];
  #folder;
  /** What to set for the client. */
  env = {};
  /** What madoguchi has said. */
  text = '';

  static async open(scenario = 'happy/visual', { out, options = [] } = {}) {
    const counter = new Counter();
    if (!out) out = counter.#folder = await mkdtemp(join(tmpdir(), 'madoguchi-'));
    const words = ['serve', '--scenario', scenario, '--out', out, ...options];
    const child = (counter.#process = spawn(command(), words, { stdio: ['ignore', 'pipe', 'inherit'] }));
    const lines = createInterface({ input: child.stdout });
    // the control socket is told last, when all else has been said
    await new Promise((resolve, reject) => {
      child.once('error', reject);
      lines.once('close', () => reject(new Error(`the counter did not open\n${counter.text}`)));
      lines.on('line', (line) => {
        counter.text += `${line}\n`;
        const [, name, value] = line.match(/^\s*export (\w+)=(.*)$/) ?? [];
        if (!name) return;
        counter.env[name] = value.replace(/^'(.*)'$/, '$1');
        if (name === 'MADOGUCHI_CONTROL') resolve();
      });
    });
    counter.#line = createConnection(counter.env.MADOGUCHI_CONTROL);
    await once(counter.#line, 'connect');
    createInterface({ input: counter.#line }).on('line', (line) => counter.#waiting.shift()?.(JSON.parse(line)));
    counter.#line.on('close', () => counter.#waiting.splice(0).forEach((tell) => tell({ error: 'the counter has ended' })));
    return counter;
  }

  /** A command of the control socket, such as ask('insert', { card: 'shiken-hanako' }): what is answered. */
  async ask(name, values = {}) {
    const answer = new Promise((tell) => this.#waiting.push(tell));
    this.#line.write(`${JSON.stringify({ [name]: values })}\n`);
    const { ok, error } = await answer;
    if (error !== undefined) throw new Error(error);
    return ok;
  }

  /** Lays a card on the reader: that of the scenario, or of another persona. */
  insert(card) {
    return this.ask('insert', card ? { card } : {});
  }

  /** Takes the card away. */
  remove() {
    return this.ask('remove');
  }

  /** Closes the counter: whether what card and web traffic alone show is well, and madoguchi's words. */
  async close() {
    const ended = this.#process.exitCode === null ? once(this.#process, 'close') : [this.#process.exitCode];
    await this.ask('end').catch(() => this.#process.kill());
    const [code] = await ended;
    this.#line.destroy();
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
    return { passed: code === 0, text: this.text };
  }
}
