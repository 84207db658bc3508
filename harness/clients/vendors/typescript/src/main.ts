// The adapter: JSON Lines on the standard streams, one message after the other.
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { App, type Method, type Screen } from './app.js';
import { Service } from './service.js';
import { asAppError } from './errors.js';
import { leave } from './pcsc.js';

const VERSION = '3.2.0';
const env = process.env;
const write = (o: object): void => { process.stdout.write(JSON.stringify(o) + '\n'); };
let n = 0;
/** The ministry's names of the methods, and what our buttons are called. */
const OURS: Record<string, string> = { 目視確認: '目視で確認する', '4桁の暗証番号入力': '暗証番号で確認する' };

const file = (name?: string): Buffer | undefined => name ? readFileSync(name) : undefined;
function make(): { app: App; service: Service } {
  const patience = Number(env.MADOGUCHI_TIMEOUT_MS) || 30000;
  const service = new Service(new URL(env.MADOGUCHI_URL ?? 'https://127.0.0.1:8443'), patience, VERSION, file(env.MADOGUCHI_CA_FILE) ?? Buffer.alloc(0), env.MADOGUCHI_PROXY || env.HTTPS_PROXY || undefined);
  const cert = file(env.MADOGUCHI_CERT_FILE), key = file(env.MADOGUCHI_KEY_FILE);
  if (cert) service.identify(cert, key);
  const app = new App({
    screen: (s: Screen) => write({ screen: { n: ++n, title: s.title, ...(s.number ? { number: s.number } : {}), buttons: Object.keys(s.buttons), fields: s.fields } }),
    output: (kind, text) => write({ output: { n: ++n, kind, text } }),
  }, service, { version: VERSION, reader: env.MADOGUCHI_READER, patience, state: env.MADOGUCHI_STATE_DIR ?? '.', cert, key });
  return { app, service };
}

let parts: ReturnType<typeof make> | undefined;
async function perform(id: number, action: string, value: any): Promise<void> {
  const app = parts!.app;
  switch (action) {
    case 'login': return app.login(value);
    case 'set-method': return app.setMethod(value as Method);
    case 'choose-method': return app.choose(value as Method);
    case 'enter-pin': return app.enterPin(String(value));
    case 'place-card': return app.placeCard(() => write({ ready: { do: id } }));
    case 'take-card': return; // results and errors stay until 閉じる
    case 'press': if (!await app.press(OURS[value] ?? value)) write({ error: { n: ++n, text: `ボタン「${value}」はこの画面にありません` } }); return;
    case 'browse-history': return app.history(value ?? {});
    case 'read-aloud': return app.readAloud();
    case 'close': parts!.service.close(); return;
    default: write({ error: { n: ++n, text: `この操作には対応していません: ${action}` } });
  }
}

async function handle(m: any): Promise<void> {
  if (m.hello) write({ hello: { contract: 1, name: 'mynauketsuke-navi', version: VERSION, depth: 'L3', supports: ['history', 'read-aloud', 'proxy'] } });
  else if (m.begin) { parts = make(); parts.app.begin(m.begin.given?.method); }
  else if (m.do) {
    try { await perform(m.do.id, m.do.action, m.do.value); } catch (x) { write({ error: { n: ++n, text: asAppError(x).message } }); }
    write({ done: { do: m.do.id } });
  } else if (m.end) leave();
}

let queue: Promise<void> = Promise.resolve();
createInterface({ input: process.stdin, crlfDelay: Infinity })
  .on('line', line => { if (line.trim()) queue = queue.then(() => handle(JSON.parse(line))).catch(x => { console.error(asAppError(x).message); process.exit(1); }); })
  .on('close', () => { void queue.then(() => leave()); });
