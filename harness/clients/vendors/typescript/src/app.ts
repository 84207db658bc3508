// The flow of the app. One screen (or one window for each result) is current; its buttons are what can be pressed.
import { randomUUID, createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, HELP_DESK, asAppError, serviceError } from './errors.js';
import { assistanceFields, date, insuranceFields, isAssistance, moment, validity, type Field, type Record_ } from './format.js';
import { Reading } from './pcsc.js';
import { PinProblem, readCard, type CardData } from './card.js';
import { okOr, Service, type Answer } from './service.js';

export type Method = 'visual' | 'pin';
type Press = () => Promise<void> | void;
export interface Screen { title: string; number?: string; fields: Field[]; buttons: Record<string, Press> }
export interface Login { 'facility-code': string; 'user-id': string; password: string; 'activation-code'?: string }
export interface Out { screen(s: Screen): void; output(kind: string, text: string): void }
export interface Config { version: string; reader?: string; patience: number; state: string; cert?: Buffer; key?: Buffer }

const VISUAL = '目視で確認する', BY_PIN = '暗証番号で確認する', CLOSE = '閉じる', RETRY = '再試行';
type Ready = (() => void) | null;

/** What is being done for one patient; forgotten as soon as it is over. */
interface Visit { method: Method; pin?: string; card?: CardData; lifted?: number; purpose: 'check' | 'register'; consentId?: string; fingerprint?: string; cardHere: boolean }

export class App {
  private shown: Screen[] = [];
  private place: 'splash' | 'login' | 'choice' | 'pin' | 'reading' | 'other' = 'splash';
  private token?: string;
  private preferred: Method = 'visual';
  private visit?: Visit;

  constructor(private out: Out, private service: Service, private config: Config) {
    const stored = this.stored();
    if (stored) this.service.identify(stored.cert, stored.key);
  }

  private show(s: Screen, beside = false): void {
    if (!beside) this.shown = [];
    this.shown.push(s);
    this.out.screen(s);
  }
  private errorFields(e: AppError): Field[] {
    return [['エラー番号', e.number], ['原因', e.cause_], ['対処', e.advice], ['お問い合わせ', HELP_DESK]];
  }

  // ---- start and login ----
  begin(method?: Method): void {
    if (method) this.preferred = method;
    this.show({ title: 'マイナ受付ナビ', fields: [['バージョン', this.config.version], ['更新のお知らせ', 'バージョン 3.2.0 に更新しました。カード読み取りがより確実になりました。']], buttons: { はじめる: () => this.loginScreen() } });
    this.loginScreen(); // the splash closes by itself
  }

  private loginScreen(notice?: AppError, retry?: Press): void {
    this.place = 'login';
    this.token = undefined;
    this.visit = undefined;
    this.show({ title: 'ログイン', fields: notice ? [['お知らせ', notice.title], ...this.errorFields(notice)] : [['ご案内', 'ユーザーIDとパスワードを入力してください。']],
      buttons: { ログイン: () => {}, ...(retry ? { [RETRY]: retry } : {}) } });
  }

  async login(v: Login): Promise<void> {
    if (this.place !== 'login') this.loginScreen(); // somebody else logs in: the one before is logged out
    const account = { facilityCode: v['facility-code'], userId: v['user-id'], password: v.password };
    try {
      if (!this.config.cert && !this.stored()) {
        const a = okOr(await this.service.ask({ method: 'POST', path: '/limited/v1/terminals', body: { ...account, activationCode: v['activation-code'] ?? '' } }));
        this.keep(String(a.terminalCertificate), String(a.terminalKey));
      }
      const a = okOr(await this.service.ask({ method: 'POST', path: '/limited/v1/sessions', body: account, idempotent: true }));
      if (typeof a.sessionToken !== 'string') throw serviceError('UNMATCHED');
      this.token = a.sessionToken;
      this.choice();
    } catch (x) {
      const e = asAppError(x);
      this.loginScreen(e, e.more.retry ? () => this.login(v) : undefined);
    }
  }

  private stored(): { cert: string; key: string } | undefined {
    const file = join(this.config.state, 'terminal.json');
    try { return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined; } catch { return undefined; }
  }
  private keep(cert: string, key: string): void {
    const pem = (label: string, v: string): string => v.includes('-----BEGIN') ? v : `-----BEGIN ${label}-----\n${v.replace(/(.{64})/g, '$1\n')}\n-----END ${label}-----\n`;
    const both = { cert: pem('CERTIFICATE', cert), key: pem('PRIVATE KEY', key) };
    this.service.identify(both.cert, both.key);
    mkdirSync(this.config.state, { recursive: true });
    const file = join(this.config.state, 'terminal.json');
    writeFileSync(file + '.new', JSON.stringify(both), { mode: 0o600 });
    renameSync(file + '.new', file); // never half a terminal identity
  }

  // ---- choice of the method ----
  private choice(): void {
    this.visit = undefined;
    if (!this.token) { this.loginScreen(); return; }
    this.place = 'choice';
    const both: [string, Press][] = [[VISUAL, () => this.choose('visual')], [BY_PIN, () => this.choose('pin')]];
    if (this.preferred === 'pin') both.reverse();
    this.show({ title: '認証選択', fields: [['ご案内', 'ご本人確認の方法を選んでください。']], buttons: { ...Object.fromEntries(both), 設定: () => this.settings(), ログアウト: () => this.loginScreen() } });
  }
  private settings(): void {
    this.place = 'other';
    this.show({ title: '設定メニュー', fields: [['はじめに表示する方法', this.preferred === 'pin' ? BY_PIN : VISUAL]], buttons: { [CLOSE]: () => this.choice() } });
  }
  setMethod(m: Method): void {
    if (!this.token) { this.loginScreen(); return; }
    this.preferred = m;
    this.settings();
    this.choice();
  }
  async choose(method: Method): Promise<void> {
    if (!this.token) { this.loginScreen(); return; }
    if (this.place !== 'choice') this.choice(); // whatever is still open is closed first
    this.visit = { method, purpose: 'check', cardHere: false };
    if (method === 'pin') this.pinScreen(); else this.readingScreen();
  }

  // ---- PIN ----
  private pinScreen(extra: Field[] = [], title = '暗証番号の入力'): void {
    this.place = 'pin';
    this.visit!.pin = undefined;
    this.show({ title, fields: [['ご案内', '患者さまに4桁の暗証番号（利用者証明用）を入力していただいてください。'], ...extra],
      buttons: { [VISUAL]: () => this.switchToVisual(), やめる: () => this.choice() } });
  }
  async enterPin(pin: string): Promise<void> {
    if (this.place !== 'pin') return;
    if (!/^[0-9]{4}$/.test(pin)) { this.pinScreen([['お知らせ', '暗証番号は4桁の数字です。もう一度入力してください。'], ['エラー番号', 'E-3001']]); return; }
    this.visit!.pin = pin;
    await this.continueReading();
  }
  private async switchToVisual(): Promise<void> {
    const v = this.visit!;
    this.visit = { ...v, method: 'visual', pin: undefined };
    await this.continueReading();
  }
  /** Reads at once where the patient's card still lies there, otherwise asks for it. */
  private async continueReading(): Promise<void> {
    if (this.visit!.cardHere && await this.read(null)) return;
    this.readingScreen();
  }

  // ---- card ----
  private readingScreen(notice?: AppError): void {
    this.place = 'reading';
    this.show({ title: notice?.title ?? 'マイナンバーカードの読み取り', fields: notice ? this.errorFields(notice) : [['ご案内', 'マイナンバーカードをカードリーダーに置いてください。カードはお預かりしません。']],
      buttons: { やめる: () => this.choice() } });
  }
  async placeCard(ready: () => void): Promise<void> {
    if (this.place !== 'reading' || !this.visit) return; // no card is asked for here
    if (!await this.read(ready)) this.readingScreen(new AppError('E-2005', 'カードが置かれませんでした', '時間内にカードを読み取れませんでした。', 'マイナンバーカードを置き直してください。'));
  }

  /** One reading. False: there is no card. */
  private async read(ready: Ready): Promise<boolean> {
    const v = this.visit!;
    let reading: Reading | undefined;
    let spent = false;
    let challengeId: string | undefined;
    try {
      reading = await Reading.open(this.config.reader, this.config.patience);
      ready?.();
      const placing = await reading.card(ready !== null, v.lifted);
      if (placing === undefined) { v.cardHere = false; return false; }
      v.cardHere = true;
      v.lifted = undefined;
      let ask: { pin: string; nonce: Buffer } | undefined;
      if (v.method === 'pin' && v.purpose === 'check') { // the nonce before the PIN: a dead service costs no entry
        const a = okOr(await this.service.ask({ method: 'POST', path: '/limited/v1/challenges', token: this.token, idempotent: true }));
        challengeId = String(a.challengeId);
        ask = { pin: v.pin!, nonce: Buffer.from(String(a.nonce), 'base64') };
      }
      for (let attempt = 1; ; attempt++) {
        try {
          v.card = await reading.transaction(c => readCard(c, ask).finally(() => { spent ||= c.pinPresented; }));
          break;
        } catch (e) { // one disturbed exchange is tried once more, but a PIN that may have been presented never is
          if (attempt === 2 || spent || !(e instanceof AppError && e.more.again) || await reading.card(false) === undefined) throw e;
        }
      }
      v.pin = undefined;
    } catch (x) {
      if (x instanceof PinProblem) { this.pinProblem(x); return true; }
      const e = asAppError(x);
      if (e.number.startsWith('E-1') || e.number.startsWith('E-2')) {
        v.cardHere = false;
        if (e.more.needLift) v.lifted = reading?.placing;
        if (spent) this.pinScreen(this.errorFields(e), e.title); else this.readingScreen(e);
      } else if (e.number.startsWith('E-3')) this.pinScreen(this.errorFields(e), e.title);
      else this.failed(e, async () => { if (v.method === 'pin') this.pinScreen(); else await this.continueReading(); });
      return true;
    } finally {
      await reading?.close();
    }
    if (v.purpose === 'register') await this.register(); else await this.check(challengeId);
    return true;
  }

  private pinProblem(p: PinProblem): void {
    if (p.left > 0) {
      this.pinScreen([['お知らせ', '暗証番号が違います。もう一度入力してください。'], ['残り回数', `あと${p.left}回`], ['エラー番号', 'E-3002']]);
      return;
    }
    this.place = 'other';
    this.visit!.pin = undefined;
    const e = new AppError('E-3003', '暗証番号がロックされています', p.fresh ? '暗証番号を続けて間違えたため、ロックされました。' : 'このカードの暗証番号は、すでにロックされています。',
      '目視で確認できます。ロックの解除は、お住まいの市区町村の窓口でできます。');
    this.show({ title: e.title, fields: [['残り回数', '0回'], ...this.errorFields(e)], buttons: { [VISUAL]: () => this.switchToVisual(), [CLOSE]: () => this.choice() } });
  }

  private failed(e: AppError, retry?: Press): void {
    if (e.more.endsSession) { this.loginScreen(e); return; }
    this.place = 'other';
    this.show({ title: e.title, fields: this.errorFields(e), buttons: { ...(e.more.retry && retry ? { [RETRY]: retry } : {}), [CLOSE]: () => this.choice() } });
  }

  // ---- eligibility ----
  private async check(challengeId?: string): Promise<void> {
    const v = this.visit!, card = v.card!;
    v.card = undefined;
    const requestId = randomUUID();
    const body = { method: v.method, certificate: card.certificate.toString('base64'), ...(card.signature ? { challengeId, signature: card.signature.toString('base64') } : {}) };
    const ask = async (): Promise<void> => {
      try {
        const a = okOr(await this.service.ask({ method: 'POST', path: `/limited/v1/eligibility/${card.signature ? 'signature' : 'certificate'}`, body, requestId, token: this.token, idempotent: true }),
          'NOT_REGISTERED', 'NO_QUALIFICATION', 'MULTIPLE', 'CERT_EXPIRED_GRACE');
        if (a.resultCode === 'NOT_REGISTERED') { this.offer(card); return; }
        this.result(a, card);
      } catch (x) {
        const e = asAppError(x);
        if (e.more.code === 'CHALLENGE_UNKNOWN') { this.pinScreen(this.errorFields(e), e.title); return; }
        this.failed(e, ask);
      }
    };
    await ask();
  }

  private result(a: Answer, card: CardData): void {
    this.place = 'other';
    this.visit = undefined; // certificate and numbers are no longer needed; the screen is all there is
    const list: Record_[] = Array.isArray(a.resultList) ? a.resultList : [];
    const notes: Field[] = [];
    if (a.resultCode === 'CERT_EXPIRED_GRACE') notes.push(['お知らせ', '電子証明書の有効期限が過ぎています。今回は確認できましたが、市区町村の窓口で早めに更新するよう患者さまにお伝えください。']);
    else if (card.notAfter.getTime() - Date.now() < 90 * 86400e3 && card.notAfter.getTime() > Date.now()) notes.push(['お知らせ', '電子証明書の有効期限が近づいています。市区町村の窓口で更新するよう患者さまにお伝えください。']);
    const valid: Field = ['資格有効性', validity(a.qualificationValidity)];
    const tail: Field[] = a.qualificationConfirmationDate ? [['確認日', date(a.qualificationConfirmationDate)]] : [];
    const close = { [CLOSE]: () => this.choice() };
    if (list.length === 0) {
      this.show({ title: '資格確認結果', fields: [['資格有効性', validity(a.qualificationValidity) || '該当資格なし'], ['ご案内', '表示できる資格がありません。資格確認書など別の方法で確認してください。'], ...tail, ...notes], buttons: close });
      return;
    }
    list.forEach((r, i) => {
      const title = list.length > 1 ? `資格確認結果 (${i + 1}/${list.length})` : '資格確認結果';
      const head = valid[1] ? [valid] : [];
      if (!isAssistance(r)) { this.show({ title, fields: [...head, ...insuranceFields(r), ...tail, ...notes], buttons: close }, i > 0); return; }
      if (!r.name) { // a service that tells no more than that there is 医療扶助
        this.show({ title, fields: [...head, ['ご案内', '医療扶助対象者です。必要な提出書類等により、資格確認を行ってください。'], ...tail, ...notes], buttons: close }, i > 0);
        return;
      }
      const ticket: Field[] = a.qualificationValidity === '6' ? [['ご案内', '医療券（施術券）の情報がまだ登録されていません。医療券（施術券）を確認してください。']] : [];
      this.show({ title, number: 'E-05-A', fields: [['区分', '医療扶助'], ...head, ...assistanceFields(r), ...ticket, ...tail, ...notes], buttons: close }, i > 0);
    });
  }

  // ---- 健康保険証利用登録 ----
  private offer(card: CardData): void {
    this.place = 'other';
    this.visit!.fingerprint = createHash('sha256').update(card.certificate).digest('hex');
    this.show({ title: '資格確認結果', number: 'C-04-01-A', fields: [['ご案内', 'マイナンバーカードを保険証として利用するための登録が必要です。継続しますか(少しお時間をいただきます。)']],
      buttons: { 健康保険証利用登録する: () => this.terms(), 健康保険証利用登録しない: () => this.choice() } });
  }
  private async terms(): Promise<void> {
    try {
      const a = okOr(await this.service.ask({ method: 'GET', path: '/limited/v1/registration/terms', token: this.token, idempotent: true }));
      this.show({ title: '資格確認結果', number: 'F-01-A', fields: [['ご案内', 'マイナポータルシステムを利用して、マイナンバーカードを健康保険証等として利用するための申込みをします。'], ['利用規約', String(a.termsText)]],
        buttons: { 同意する: () => this.consent(String(a.termsId)), 同意しない: () => this.choice() } });
    } catch (x) { this.failed(asAppError(x), () => this.terms()); }
  }
  private async consent(termsId: string): Promise<void> {
    try {
      const a = okOr(await this.service.ask({ method: 'POST', path: '/limited/v1/registration/consents', body: { termsId, consent: 'agree' }, token: this.token }));
      this.visit!.consentId = String(a.consentId);
      this.registrationReading();
    } catch (x) { this.failed(asAppError(x), () => this.consent(termsId)); }
  }
  private registrationReading(notice?: AppError): void {
    this.place = 'other';
    this.visit!.purpose = 'register';
    this.show({ title: 'マイナンバーカードの読み取り', number: 'F-01-A', fields: notice ? this.errorFields(notice) : [['ご案内', 'マイナンバーカードの健康保険証利用を登録します。カードを置いて読み取ってください。']],
      buttons: { マイナンバーカードを読み取る: () => { this.visit!.cardHere = true; return this.continueReading(); }, [CLOSE]: () => this.choice() } });
  }
  private async register(): Promise<void> {
    const v = this.visit!, card = v.card!;
    v.card = undefined;
    if (createHash('sha256').update(card.certificate).digest('hex') !== v.fingerprint) {
      this.registrationReading(new AppError('E-2031', '別の方のカードです', 'はじめに確認したカードと違うカードが置かれています。登録は行っていません。', '同意された患者さまのカードを置いて、読み取ってください。'));
      return;
    }
    const requestId = randomUUID();
    const send = async (): Promise<void> => {
      try { // no repeat by itself: a registration whose answer is lost may have been made
        okOr(await this.service.ask({ method: 'POST', path: '/limited/v1/registrations', body: { certificate: card.certificate.toString('base64'), consentId: v.consentId }, requestId, token: this.token }));
        this.place = 'other';
        this.show({ title: 'マイナンバーカードの読み取り', number: 'F-01-A', fields: [['ご案内', 'マイナンバーカードの保険証利用登録が完了しました。再度、資格確認を行ってください。']],
          buttons: { 資格確認する: () => this.recheck(v.method), [CLOSE]: () => this.choice() } });
      } catch (x) { this.failed(asAppError(x), send); }
    };
    await send();
  }
  private async recheck(method: Method): Promise<void> {
    this.visit = { method, purpose: 'check', cardHere: true };
    if (method === 'pin') this.pinScreen(); else await this.continueReading();
  }

  // ---- history, reading aloud ----
  async history(conditions: Record<string, string>): Promise<void> {
    if (!this.token) { this.loginScreen(); return; }
    if (this.place !== 'choice') this.choice();
    this.place = 'other';
    const typed = { dateFrom: conditions['date-from'], dateTo: conditions['date-to'], nameKana: conditions['name-kana'], insurerNumber: conditions['insurer-number'] };
    try {
      const rows: any[] = [];
      for (let page = 1, pages = 1; page <= pages && page <= 500; page++) {
        const a = okOr(await this.service.ask({ method: 'POST', path: '/limited/v1/history', body: { ...typed, page: String(page) }, token: this.token, idempotent: true }));
        rows.push(...(Array.isArray(a.resultList) ? a.resultList : []));
        pages = Number(a.pageCount) || 1;
      }
      const fields: Field[] = [['件数', `${rows.length}件`]];
      rows.forEach((r, i) => {
        const own: Field[] = [['確認日時', moment(r.confirmedAt)], ['資格有効性', validity(r.qualificationValidity)], ...(isAssistance(r) ? assistanceFields(r) : insuranceFields(r))];
        fields.push(...own.filter(f => f[1]).map(([k, x]): Field => [`${i + 1}件目/${k.replace('資格情報/', '').replace('/', ' ')}`, x]));
      });
      this.show({ title: '資格確認の履歴', fields, buttons: { [CLOSE]: () => this.choice() } });
    } catch (x) { this.failed(asAppError(x), () => this.history(conditions)); }
  }
  readAloud(): void {
    const text = this.shown.map(s => [s.title, ...s.fields.map(([k, v]) => `${k.split('/').pop()}、${v}`)].join('。')).join('。');
    if (text) this.out.output('read-aloud', text);
  }

  async press(label: string): Promise<boolean> {
    for (const s of this.shown) if (s.buttons[label]) { await s.buttons[label](); return true; }
    return false;
  }
}
