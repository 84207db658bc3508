// 公的個人認証AP: certificate EF 000A, PIN EF 0018, key EF 0017. Nothing else on the card is touched.
import { createHash, X509Certificate } from 'node:crypto';
import { AppError } from './errors.js';
import type { Channel } from './pcsc.js';

const AID = 'D392F000260100000001';
const CERTIFICATE = 0x000A, PIN = 0x0018, KEY = 0x0017;
const other = (why: string): AppError => new AppError('E-2010', 'このカードは使えません', `カードを読み取れませんでした。${why}`, 'マイナンバーカードかどうかを確かめてください。', { needLift: true });

export class PinProblem extends Error { constructor(readonly left: number, readonly fresh: boolean) { super('PIN'); } }
export interface CardData { certificate: Buffer; notAfter: Date; signature?: Buffer }

async function send(c: Channel, head: number[], data: Buffer | null, le: number): Promise<{ data: Buffer; sw: number }> {
  const parts: Buffer[] = [Buffer.from(head)];
  if (data) parts.push(Buffer.from([data.length]), data);
  if (le) parts.push(Buffer.from([le & 0xFF]));
  let r = await c.transmit(Buffer.concat(parts), le);
  if (r.sw >> 8 === 0x61) r = await c.transmit(Buffer.from([0, 0xC0, 0, 0, r.sw & 0xFF]), (r.sw & 0xFF) || 256);
  return r;
}
const selectFile = async (c: Channel, id: number): Promise<number> => (await send(c, [0, 0xA4, 2, 0x0C], Buffer.from([id >> 8, id & 0xFF]), 0)).sw;

async function readCertificate(c: Channel): Promise<Buffer | 'guarded'> {
  const sw = await selectFile(c, CERTIFICATE);
  if (sw === 0x6982) return 'guarded';
  if (sw !== 0x9000) throw other('利用者証明用電子証明書がありません。');
  let all: Buffer = Buffer.alloc(0), total = 4;
  while (all.length < total) {
    const want = all.length === 0 ? 256 : Math.min(256, total - all.length);
    const r = await send(c, [0, 0xB0, all.length >> 8, all.length & 0xFF], null, want);
    if (r.sw === 0x6982 && all.length === 0) return 'guarded';
    if ((r.sw !== 0x9000 && r.sw !== 0x6282) || r.data.length === 0) throw other('電子証明書を最後まで読めません。');
    all = Buffer.concat([all, r.data]);
    if (total === 4 && all.length >= 4) {
      if (all[0] !== 0x30 || all[1] !== 0x82) throw other('利用者証明用電子証明書が発行されていません。');
      total = 4 + all.readUInt16BE(2);
      if (total > 0x7FFF) throw other('電子証明書の形式が違います。');
    }
  }
  return all.subarray(0, total);
}

export async function readCard(c: Channel, ask?: { pin: string; nonce: Buffer }): Promise<CardData> {
  if ((await send(c, [0, 0xA4, 4, 0x0C], Buffer.from(AID, 'hex'), 0)).sw !== 0x9000) throw other('公的個人認証の機能がありません。');
  let certificate = await readCertificate(c);
  if (certificate === 'guarded' && !ask) throw new AppError('E-2011', '目視では確認できません', '電子証明書を読み取れませんでした。スマートフォンなど、暗証番号が必要な媒体です。', '実物のマイナンバーカードを置くか、暗証番号で確認してください。', { needLift: true });
  let signature: Buffer | undefined;
  if (ask) {
    if (await selectFile(c, PIN) !== 0x9000) throw other('暗証番号が設定されていません。');
    const tries = (await send(c, [0, 0x20, 0, 0x80], null, 0)).sw;
    if (tries === 0x63C0 || tries === 0x6983 || tries === 0x6984) throw new PinProblem(0, false);
    c.pinPresented = true; // from here on this entry is spent, whatever happens
    const sw = (await send(c, [0, 0x20, 0, 0x80], Buffer.from(ask.pin, 'ascii'), 0)).sw;
    if ((sw & 0xFFF0) === 0x63C0) throw new PinProblem(sw & 15, true);
    if (sw === 0x6983 || sw === 0x6984) throw new PinProblem(0, true);
    if (sw !== 0x9000) throw new AppError('E-3005', '暗証番号を照合できません', `カードの応答 ${sw.toString(16).toUpperCase()}`, 'もう一度、暗証番号の入力からやり直してください。');
    if (certificate === 'guarded') certificate = await readCertificate(c);
    if (await selectFile(c, KEY) !== 0x9000) throw other('署名の鍵がありません。');
    const digestInfo = Buffer.concat([Buffer.from('3031300D060960864801650304020105000420', 'hex'), createHash('sha256').update(ask.nonce).digest()]);
    const r = await send(c, [0x80, 0x2A, 0, 0x80], digestInfo, 256);
    if (r.sw !== 0x9000 || r.data.length !== 256) throw new AppError('E-2020', 'カードで署名できませんでした', `カードの応答 ${r.sw.toString(16).toUpperCase()}`, 'もう一度、暗証番号の入力からやり直してください。');
    signature = Buffer.from(r.data);
  }
  if (certificate === 'guarded') throw other('電子証明書を読めません。');
  try {
    return { certificate, notAfter: new Date(new X509Certificate(certificate).validTo), signature };
  } catch { throw other('電子証明書の形式が違います。'); }
}
