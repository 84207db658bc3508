// PC/SC by libpcsclite through koffi. All calls that may wait run off the main thread.
import koffi from 'koffi';
import { AppError } from './errors.js';

const lib = koffi.load(process.platform === 'win32' ? 'winscard.dll' : 'libpcsclite.so.1');
koffi.struct('SCARD_READERSTATE', { szReader: 'const char *', pvUserData: 'void *', dwCurrentState: 'unsigned long',
  dwEventState: 'unsigned long', cbAtr: 'unsigned long', rgbAtr: koffi.array('uint8_t', 33) });
koffi.struct('SCARD_IO_REQUEST', { dwProtocol: 'unsigned long', cbPciLength: 'unsigned long' });
const f = {
  establish: lib.func('long SCardEstablishContext(unsigned long scope, void *a, void *b, _Out_ long *ctx)'),
  release: lib.func('long SCardReleaseContext(long ctx)'),
  list: lib.func('long SCardListReaders(long ctx, void *groups, _Out_ uint8_t *readers, _Inout_ unsigned long *len)'),
  status: lib.func('long SCardGetStatusChange(long ctx, unsigned long ms, _Inout_ SCARD_READERSTATE *states, unsigned long n)'),
  connect: lib.func('long SCardConnect(long ctx, const char *reader, unsigned long share, unsigned long protos, _Out_ long *card, _Out_ unsigned long *proto)'),
  disconnect: lib.func('long SCardDisconnect(long card, unsigned long what)'),
  begin: lib.func('long SCardBeginTransaction(long card)'),
  end: lib.func('long SCardEndTransaction(long card, unsigned long what)'),
  transmit: lib.func('long SCardTransmit(long card, const SCARD_IO_REQUEST *pci, const uint8_t *send, unsigned long n, void *recvPci, _Out_ uint8_t *recv, _Inout_ unsigned long *len)'),
};
const call = (fn: any, ...args: unknown[]): Promise<number> => new Promise((ok, no) =>
  fn.async(...args, (e: Error | null, rv: number | bigint) => e ? no(e) : ok(Number(BigInt.asUintN(32, BigInt(rv))))));

let waiting = 0; // calls that another program keeps waiting, and that we no longer wait for
/** Node waits for its threads at the end; one that hangs in pcscd would keep the closed app alive. */
export function leave(): never {
  if (waiting > 0 && process.platform !== 'win32') koffi.load('libc.so.6').func('void _exit(int status)')(0);
  process.exit(0);
}

const S = { OK: 0, TIMEOUT: 0x8010000A, SHARING: 0x8010000B, NO_CARD: 0x8010000C, PROTO: 0x8010000F, NOT_TRANSACTED: 0x80100016,
  UNRESPONSIVE: 0x80100066, UNPOWERED: 0x80100067, RESET: 0x80100068, REMOVED: 0x80100069,
  UNKNOWN_READER: 0x80100009, READER_GONE: 0x80100017, NO_READERS: 0x8010002E, NO_SERVICE: 0x8010001D, STOPPED: 0x8010001E,
  INVALID_HANDLE: 0x80100003, DENIED: 0x8010006A } as const;
const SHARED = 2, LEAVE = 0, RESET_CARD = 1, T0_T1 = 3, PRESENT = 0x20, EMPTY = 0x10, MUTE = 0x200, GONE = 0x4 | 0x8;

const lay = 'カードを一度離し、読み取りが終わるまで動かさずに置いてください。';
export function pcscError(rv: number, during: string): AppError {
  const hex = `${during} ${rv.toString(16).toUpperCase()}`;
  switch (rv) {
    case S.REMOVED: case S.NO_CARD: return new AppError('E-2001', 'カードを読み取れませんでした', `読み取りの途中でカードが離れました（${hex}）。`, lay);
    case S.UNRESPONSIVE: case S.UNPOWERED: return new AppError('E-2002', 'カードを読み取れませんでした', `カードが応答しません（${hex}）。`, '向きを確かめ、マイナンバーカードを置き直してください。', { needLift: true });
    case S.RESET: return new AppError('E-2003', 'カードを読み取れませんでした', `ほかのソフトがカードを初期化しました（${hex}）。`, lay, { again: true, needLift: true });
    case S.SHARING: return new AppError('E-1021', 'カードがほかのソフトで使用中です', `カードを読み取れませんでした（${hex}）。`, 'ほかのソフトを終了してから、もう一度読み取ってください。');
    case S.NO_READERS: case S.UNKNOWN_READER: case S.READER_GONE: return new AppError('E-1010', 'カードリーダーが見つかりません', `カードリーダーが接続されていないため、カードを読み取れませんでした（${hex}）。`, 'カードリーダーのUSBケーブルを接続し直してください。');
    case S.NO_SERVICE: case S.STOPPED: case S.INVALID_HANDLE: case S.DENIED: return new AppError('E-1011', 'カードリーダーを使えません', `スマートカードサービスが動いていないため、カードを読み取れませんでした（${hex}）。`, 'パソコンのスマートカードサービスを確認してください。');
    default: return new AppError('E-2041', 'カードを読み取れませんでした', `カードとの通信に失敗しました（${hex}）。`, lay, { again: true, needLift: true });
  }
}
const check = (rv: number, during: string): void => { if (rv !== S.OK) throw pcscError(rv, during); };

export interface Channel { transmit(apdu: Buffer, le: number): Promise<{ data: Buffer; sw: number }>; pinPresented: boolean }

const pause = (ms: number): Promise<void> => new Promise(r => setTimeout(r, ms));

const giveBack = async (handle: number, what: number): Promise<void> => { await call(f.end, handle, LEAVE); await call(f.disconnect, handle, what); };

/** One context for one reading; nothing is held between two readings. */
export class Reading {
  private counter = -1;
  private kept = false;
  private constructor(private ctx: number, private name: string, private patience: number) {}

  static async open(preferred: string | undefined, patience: number): Promise<Reading> {
    const ctx = [0];
    check(await call(f.establish, 2, null, null, ctx), 'EstablishContext');
    const buf = Buffer.alloc(4096), len = [buf.length];
    const rv = await call(f.list, ctx[0], null, buf, len);
    const names = rv === S.OK ? buf.subarray(0, len[0]).toString('utf8').split('\0').filter(Boolean) : [];
    if (names.length === 0) {
      await call(f.release, ctx[0]);
      throw pcscError(rv === S.OK ? S.NO_READERS : rv, 'ListReaders');
    }
    return new Reading(ctx[0], names.find(n => n === preferred) ?? names[0], patience);
  }

  private async poll(current: number, ms: number): Promise<number> {
    const states = [{ szReader: this.name, pvUserData: null, dwCurrentState: current, dwEventState: 0, cbAtr: 0, rgbAtr: new Array(33).fill(0) }];
    const rv = await call(f.status, this.ctx, ms, states, 1);
    if (rv !== S.TIMEOUT) check(rv, 'GetStatusChange');
    const now = Number(states[0].dwEventState);
    if (now & GONE) throw pcscError(S.READER_GONE, 'GetStatusChange');
    return rv === S.TIMEOUT ? current : now;
  }

  /** Waits for a card; where `lifted` is given, for another placing than that one. Answers its number, or nothing. */
  async card(wait: boolean, lifted?: number): Promise<number | undefined> {
    const until = Date.now() + this.patience;
    let now = await this.poll(0, 0);
    for (;;) {
      const count = now >>> 16;
      if ((now & PRESENT) && count !== lifted) {
        if (now & MUTE) { this.counter = count; throw pcscError(S.UNRESPONSIVE, 'GetStatusChange'); }
        this.counter = count;
        return count;
      }
      if (now & EMPTY) lifted = undefined;
      if (!wait || Date.now() >= until) return undefined;
      now = await this.poll(now & ~2, Math.min(500, Math.max(1, until - Date.now())));
    }
  }
  get placing(): number { return this.counter; }

  private async take(until: number): Promise<{ handle: number; proto: number }> {
    const card = [0], proto = [0];
    for (;;) {
      const rv = await call(f.connect, this.ctx, this.name, SHARED, T0_T1, card, proto);
      if (rv === S.OK) break;
      if (rv !== S.SHARING || Date.now() >= until) throw pcscError(rv, 'Connect');
      await pause(200);
    }
    const rv = await call(f.begin, card[0]);
    if (rv !== S.OK) { await call(f.disconnect, card[0], LEAVE); throw pcscError(rv, 'BeginTransaction'); }
    return { handle: card[0], proto: Number(proto[0]) };
  }

  /** The whole work with the card in one transaction. */
  async transaction<T>(work: (c: Channel) => Promise<T>): Promise<T> {
    // Connecting and beginning wait inside pcscd for as long as another program holds the card: bounded here.
    const taking = this.take(Date.now() + Math.min(this.patience, 5000) / 2);
    const taken = await Promise.race([taking, pause(Math.min(this.patience, 5000)).then(() => undefined)]);
    if (!taken) { // whatever is granted later is given back at once
      this.kept = true;
      const ctx = this.ctx;
      waiting++;
      void taking.then(t => giveBack(t.handle, LEAVE), () => {}).then(() => call(f.release, ctx)).finally(() => { waiting--; });
      throw pcscError(S.SHARING, 'BeginTransaction');
    }
    const { handle, proto } = taken;
    const pci = { dwProtocol: proto, cbPciLength: 16 };
    const channel: Channel = {
      pinPresented: false,
      transmit: async (apdu, le) => {
        const recv = Buffer.alloc(264), len = [recv.length];
        check(await call(f.transmit, handle, pci, apdu, apdu.length, null, recv, len), 'Transmit');
        const n = Number(len[0]);
        if (n < 2 || n > le + 2) throw new AppError('E-2042', 'カードを読み取れませんでした', 'カードからの応答が壊れています。', lay, { again: true, needLift: true });
        return { data: recv.subarray(0, n - 2), sw: recv.readUInt16BE(n - 2) };
      },
    };
    try {
      return await work(channel);
    } finally {
      await giveBack(handle, channel.pinPresented ? RESET_CARD : LEAVE); // the verified PIN must not outlive us
    }
  }
  async close(): Promise<void> { if (!this.kept) await call(f.release, this.ctx); }
}
