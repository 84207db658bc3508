// How values look on our screens: half-width digits, 1952/01/01 beside 和暦, no rows without a value.
export type Field = [string, string];

const ERAS: [string, string][] = [['20190501', '令和'], ['19890108', '平成'], ['19261225', '昭和'], ['19120730', '大正'], ['18680125', '明治']];
export function date(v?: string): string {
  const m = /^(\d{4})(\d\d)(\d\d)/.exec(v ?? '');
  if (!m) return v ?? '';
  const era = ERAS.find(([from]) => v!.slice(0, 8) >= from);
  const western = `${m[1]}/${m[2]}/${m[3]}`;
  return era ? `${western}（${era[1]}${String(Number(m[1]) - Number(era[0].slice(0, 4)) + 1).padStart(2, '0')}年${m[2]}月${m[3]}日）` : western;
}
const half = (v?: string): string => (v ?? '').replace(/[０-９]/g, c => String.fromCharCode(c.charCodeAt(0) - 0xFEE0));
const kana = (v?: string): string => (v ?? '').replace(/[\uFF61-\uFF9F]+/g, m => m.normalize('NFKC'));
const word = (words: Record<string, string>) => (v?: string): string => v ? words[v] ?? v : '';
const sex = word({ 1: '男', 2: '女', 3: '未設定' });
const family = word({ 1: '本人（被保険者）', 2: '家族（被扶養者）' });
const loss = word({ '01': '死亡', '02': '生活保護受給開始', '03': '医療保険等の資格取得', '99': 'その他' });
export const kind = word({ '01': '被保険者証（一般）', '02': '被保険者証（退職）', '03': '短期被保険者証（一般）', '04': '短期被保険者証（退職）',
  '05': '特別療養費支給対象者', '06': '特例退職被保険者証', '07': '自衛官診療証', A1: '医療扶助' });
export const validity = word({ 1: '有効', 2: '無効', 3: '無効（新しい資格があります）', 4: '該当資格なし', 5: '複数の資格に該当', 6: '有効（未登録）' });
const share = (v?: string): string => !v ? '' : Number(v) % 10 === 0 ? `${Number(v) / 10}割` : `${Number(v)}％`;

export type Record_ = Record<string, string | undefined>;
const filled = (fields: Field[]): Field[] => fields.filter(f => f[1] !== '');
export const isAssistance = (r: Record_): boolean => r.insuredCardClassification === 'A1';

function backSide(r: Record_): Field[] {
  return [['裏面記載情報/氏名カナ', kana(r.nameOfOtherKana)], ['裏面記載情報/氏名', r.nameOfOther ?? ''], ['裏面記載情報/性別', sex(r.sex2)]];
}

export function assistanceFields(r: Record_): Field[] {
  return filled([['資格情報/福祉事務所名', r.insurerName ?? ''], ['資格情報/フリガナ', kana(r.nameKana)], ['資格情報/氏名', r.name ?? ''],
    ['資格情報/生年月日', date(r.birthdate)], ['資格情報/性別', sex(r.sex1)], ['資格情報/証区分', kind(r.insuredCardClassification)],
    ['資格情報/資格取得年月日', date(r.qualificationDate)], ['資格情報/資格喪失年月日', date(r.disqualificationDate)], ['資格情報/喪失理由', loss(r.reasonOfLoss)],
    ...backSide(r)]);
}

export function insuranceFields(r: Record_): Field[] {
  const symbol = half(r.insuredCardSymbol), number = half(r.insuredIdentificationNumber);
  return filled([['フリガナ', kana(r.nameKana)], ['氏名', r.name ?? ''], ['生年月日', date(r.birthdate)], ['性別', sex(r.sex1)],
    ['保険者番号', half(r.insurerNumber)], ['保険者名', r.insurerName ?? ''],
    symbol && number ? ['記号・番号', `${symbol} ・ ${number}`] : symbol ? ['記号', symbol] : ['番号', number],
    ['枝番', half(r.insuredBranchNumber)], ['本人・家族', family(r.personalFamilyClassification)], ['証区分', kind(r.insuredCardClassification)],
    ['負担割合', share(r.insuredPartialContributionRatio)], ['未就学区分', r.preschoolClassification === '1' ? '未就学該当' : ''],
    ['資格取得年月日', date(r.qualificationDate)], ['資格喪失年月日', date(r.disqualificationDate)], ['喪失理由', loss(r.reasonOfLoss)],
    ['有効開始日', date(r.insuredCardValidDate)], ['有効終了日', date(r.insuredCardExpirationDate)], ...backSide(r)]);
}

export const moment = (v?: string): string => {
  const m = /^(\d{8})(\d\d)(\d\d)/.exec(v ?? '');
  return m ? `${date(m[1])} ${m[2]}:${m[3]}` : date(v);
};
