// The Web service: HTTPS, one kept connection, client certificate of the terminal, no redirects, no silent repeats
// but one: a kept connection that turns out to be dead takes an idempotent request once more (RFC 9110 9.2.2).
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import type { Duplex } from 'node:stream';
import { AppError, serviceError } from './errors.js';

export interface Answer { resultCode: string; resultMessage?: string; [key: string]: any }
export interface Call { method: 'GET' | 'POST'; path: string; body?: object; requestId?: string; token?: string; idempotent?: boolean }

const again = '通信環境を確かめ、［再試行］を押してください。';
class ProxyAgent extends https.Agent {
  constructor(private proxy: URL, options: https.AgentOptions) { super(options); }
  createConnection(options: any, done: (e: Error | null, s?: Duplex) => void): undefined {
    const req = http.request({ host: this.proxy.hostname, port: this.proxy.port || 80, method: 'CONNECT', path: `${options.host}:${options.port}`, headers: { Host: `${options.host}:${options.port}` } });
    req.on('connect', (res, socket) => {
      if (res.statusCode !== 200) { socket.destroy(); done(new Error(`proxy ${res.statusCode}`)); return; }
      done(null, tls.connect({ ...options, socket }));
    });
    req.on('error', e => done(e));
    req.end();
    return undefined;
  }
}

export class Service {
  private agent!: https.Agent;
  constructor(private base: URL, private patience: number, private version: string, private ca: Buffer, private proxy?: string) { this.identify(); }

  identify(cert?: string | Buffer, key?: string | Buffer): void {
    this.agent?.destroy();
    const options: https.AgentOptions = { keepAlive: true, maxSockets: 1, ca: this.ca, cert, key, minVersion: 'TLSv1.2', rejectUnauthorized: true };
    this.agent = this.proxy ? new ProxyAgent(new URL(this.proxy), options) : new https.Agent(options);
  }
  close(): void { this.agent.destroy(); }

  async ask(c: Call): Promise<Answer> {
    try { return await this.once(c); } catch (e: any) {
      if (c.idempotent && e?.stale) return await this.once(c).catch(x => { throw this.network(x); });
      throw this.network(e);
    }
  }

  private network(e: any): AppError {
    if (e instanceof AppError) return e;
    const code = String(e?.code ?? '');
    if (code === 'TIMEOUT') return new AppError('E-4002', 'サービスから応答がありません', '時間内に応答がありませんでした。', again, { retry: true });
    if (/CERT|SELF_SIGNED|ISSUER|ERR_TLS|ERR_SSL|EPROTO|VERIFY/.test(code)) return new AppError('E-4020', '安全に接続できません', `接続先が本物のサービスであることを確認できません（${code}）。何も送信していません。`, 'ネットワークの設定とパソコンの日時を確かめてください。', { retry: true });
    return new AppError('E-4001', 'サービスにつながりません', `通信が途切れました（${code || 'ネットワーク'}）。`, again, { retry: true });
  }

  private once(c: Call): Promise<Answer> {
    return new Promise((ok, no) => {
      const body = c.body === undefined ? undefined : Buffer.from(JSON.stringify(c.body));
      const headers: Record<string, string | number> = { Accept: 'application/json', 'X-Client-Version': this.version };
      if (body) { headers['Content-Type'] = 'application/json'; headers['Content-Length'] = body.length; } else if (c.method === 'POST') headers['Content-Length'] = 0;
      if (c.token) headers.Authorization = `Bearer ${c.token}`;
      if (c.requestId) headers['X-Request-Id'] = c.requestId;
      const req = https.request(new URL(c.path, this.base), { method: c.method, agent: this.agent, headers });
      let timer: NodeJS.Timeout;
      const giveUp = (): void => { req.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })); };
      const touch = (): void => { clearTimeout(timer); timer = setTimeout(giveUp, this.patience); };
      const whole = setTimeout(giveUp, this.patience * 3); // a trickle is not waited for without end
      const fail = (e: unknown): void => { clearTimeout(timer); clearTimeout(whole); no(e); };
      touch();
      let answered = false;
      req.on('error', (e: any) => { if (!answered && req.reusedSocket && e.code === 'ECONNRESET') e.stale = true; fail(e); });
      req.on('response', res => {
        answered = true;
        const chunks: Buffer[] = []; let size = 0;
        res.on('data', (d: Buffer) => { touch(); chunks.push(d); if ((size += d.length) > 8 << 20) req.destroy(new Error('too large')); });
        res.on('error', fail);
        res.on('close', () => { if (!res.complete) fail(Object.assign(new Error('cut'), { code: 'ECONNRESET' })); });
        res.on('end', () => {
          clearTimeout(timer); clearTimeout(whole);
          if (!res.complete) return;
          try { ok(read(res, Buffer.concat(chunks))); } catch (e) { no(e); }
        });
      });
      req.end(body);
    });
  }
}

function read(res: http.IncomingMessage, body: Buffer): Answer {
  const status = res.statusCode ?? 0;
  const type = (res.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  const after = Number(res.headers['retry-after']);
  const wait = after > 0 ? `${after}秒ほど待ってから［再試行］を押してください。` : again;
  if (status >= 300 && status < 400) throw new AppError('E-4010', 'インターネットに接続できていません', '別のページへ誘導されました。公衆Wi-Fiなどのログイン画面の可能性があります。', again, { retry: true });
  if (type === 'application/json') {
    let a: any;
    try { a = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)); } catch { throw new AppError('E-4011', '応答が途中で途切れました', 'サービスの応答を最後まで受信できませんでした。', again, { retry: true }); }
    if (typeof a?.resultCode === 'string' && a.resultCode) return a;
  }
  if (status === 429) throw new AppError('E-5203', 'サービスが混み合っています', '現在アクセスが集中しています（429）。', wait, { retry: true });
  if (status >= 500) throw new AppError('E-5204', 'サービスが停止しています', `サービスまたは途中の機器に障害が起きています（${status}）。`, wait, { retry: true });
  throw new AppError('E-4012', 'サービスの応答ではありません', `資格確認サービスのものではない応答を受信しました（${status}）。`, again, { retry: true });
}

export function okOr(a: Answer, ...fine: string[]): Answer {
  if (a.resultCode === 'OK' || fine.includes(a.resultCode)) return a;
  throw serviceError(a.resultCode, a.resultMessage);
}
