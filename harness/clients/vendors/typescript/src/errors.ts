// Every failure that staff may see has a number of ours, a title, a cause and an advice.
export const HELP_DESK = 'マイナ受付ナビ ヘルプデスク 0120-000-000（平日 9:00-18:00）';

export class AppError extends Error {
  constructor(readonly number: string, readonly title: string, readonly cause_: string, readonly advice: string,
              readonly more: { retry?: boolean; needLift?: boolean; again?: boolean; code?: string; endsSession?: boolean } = {}) {
    super(`${number} ${title}`);
  }
}

type Row = [number: string, title: string, cause: string, advice: string, retry?: boolean, endsSession?: boolean];
const askPatient = '患者さまに、お住まいの市区町村の窓口での手続きをご案内し、資格確認書など別の方法で確認してください。';
const later = 'しばらく待ってから［再試行］を押してください。';
const admin = '管理者の方にご確認ください。';

const TABLE: Record<string, Row> = {
  CERT_EXPIRED: ['E-5101', '電子証明書の有効期限が切れています', '電子証明書の有効期限が過ぎているため、資格を確認できませんでした。', askPatient],
  CERT_REVOKED: ['E-5102', '電子証明書が使えません', '電子証明書が失効または一時停止しているため（紛失の届出など）、資格を確認できませんでした。', askPatient],
  CERT_UNKNOWN: ['E-5103', '電子証明書を照会できません', 'この電子証明書に対応する方がオンライン資格確認等システムに見つかりませんでした。', askPatient],
  WITHHELD: ['E-5104', '資格情報を確認中です', '保険者が資格情報を確認している途中のため、今は表示できません。資格がないという意味ではありません。', '資格確認書などで確認するか、日をあらためて確認してください。'],
  JPKI_MAINTENANCE: ['E-5105', '公的個人認証サービスが停止中です', '公的個人認証サービスが停止しているため、この電子証明書を確認できませんでした。', later, true],
  SIGNATURE_INVALID: ['E-5106', '署名を確認できません', 'カードの署名が受け付けられませんでした。', 'もう一度、はじめから確認してください。'],
  CHALLENGE_UNKNOWN: ['E-5107', '時間切れです', '暗証番号による確認の有効時間が過ぎました。', 'もう一度、暗証番号の入力からやり直してください。'],
  CONSENT_MISSING: ['E-5108', '同意の記録がありません', '利用登録への同意が記録されていない、または別の方の同意です。', 'もう一度、はじめから確認してください。'],
  OUTAGE: ['E-5201', 'サービスが停止しています', 'オンライン資格確認等システム（またはマイナポータル）に障害が起きています。', later, true],
  BUSY: ['E-5202', 'サービスが混み合っています', '現在アクセスが集中しています。', later, true],
  FUNCTION_OFF: ['E-5301', 'この機能は「利用しない」設定です', '外来診療等(通常とは異なる動線)機能が「利用する」になっていません。', '資格確認端末の環境設定情報を' + admin],
  NOT_PERMITTED: ['E-5302', '許可されていない操作です', 'このアカウントまたは施設では利用できません（施設の廃止、権限、利用開始日など）。', admin],
  MALFORMED: ['E-5303', '入力内容に誤りがあります', '送信した内容の形式が受け付けられませんでした。', '入力内容（桁数・文字）を見直してください。'],
  UNMATCHED: ['E-5304', 'サービスに接続できましたが、機能が見つかりません', 'アプリとサービスの版が合っていない可能性があります。', 'アプリを更新してください。'],
  TERMINAL_UNKNOWN: ['E-6001', 'この端末は登録されていません', '端末の登録情報がサービスにありません。', 'アクティベーションコードの再発行を' + admin, false, true],
  TERMINAL_REVOKED: ['E-6002', 'この端末は無効化されました', 'アクティベーションコードが無効化されています。', admin, false, true],
  SESSION_INVALID: ['E-6003', 'ログインの有効時間が過ぎました', '安全のため自動的にログアウトしました。', 'もう一度ログインしてください。', false, true],
  PASSWORD_WRONG: ['E-6004', 'ログインできません', 'ユーザーIDまたはパスワードが違います。', '入力を確かめてください。続けて間違えるとロックされます。'],
  ACCOUNT_LOCKED: ['E-6005', 'アカウントがロックされています', 'パスワードの誤りが続いたためロックされました。', '解除を' + admin],
  ACCOUNT_NEVER_LOGGED_IN: ['E-6006', 'まだ使えないアカウントです', '資格確認端末で一度もログインしていないアカウントです。', '先にオンライン資格確認等システムへログインしてください。'],
  CODE_NOT_READY: ['E-6007', 'アクティベーションコードはまだ使えません', '発行されたばかりのコードです。', '発行から10分ほど待って、同じコードでログインしてください。'],
  CODE_INVALID: ['E-6008', 'アクティベーションコードが違います', '入力されたコードは存在しないか、無効化されています。', 'コードを確かめて入力し直してください。'],
  CODE_USED: ['E-6009', '使用済みのアクティベーションコードです', 'このコードは別の端末で使われています。', '新しいコードの発行を' + admin],
};

export function serviceError(code: string, message?: string): AppError {
  const r: Row = TABLE[code] ?? ['E-5999', '処理できませんでした', `サービスの回答: ${code}`, later, true];
  return new AppError(r[0], r[1], message ? `${r[2]}（${message}）` : r[2], r[3], { code, retry: r[4], endsSession: r[5] });
}

export const asAppError = (e: unknown): AppError => e instanceof AppError ? e
  : new AppError('E-9001', '予期しないエラー', e instanceof Error ? e.name : 'unknown', 'アプリを再起動してください。');
