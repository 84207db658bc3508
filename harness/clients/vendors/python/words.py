"""画面のことば。やさしい日本語で、次に何をするかまで書く。"""
import datetime
import unicodedata

ERAS = [((2019, 5, 1), "令和"), ((1989, 1, 8), "平成"), ((1926, 12, 25), "昭和"),
        ((1912, 7, 30), "大正"), ((1868, 1, 25), "明治")]

SEX = {"1": "男性", "2": "女性", "3": "未設定"}
VALID = {"1": "⭕ 有効です", "2": "❌ 無効です", "3": "❌ 無効です（新しい資格があります）",
         "4": "❓ 資格が見つかりません", "5": "⚠️ 資格が2つ以上あります", "6": "⭕ 有効です（医療券はまだ未登録）"}
KIND = {"01": "一般", "02": "退職", "03": "短期（一般）", "04": "短期（退職）", "05": "特別療養費支給対象者",
        "06": "特例退職", "07": "自衛官診療証", "A1": "医療扶助"}
SELF = {"1": "ご本人", "2": "ご家族"}
CONSENT = {"0": "同意していません", "1": "同意しています", "2": "同意はおわっています（有効期限切れ）", "3": "同意がとれませんでした"}
CONSENT_END = {"0": "期限がきれたため", "1": "医療機関がおわらせたため", "2": "患者さんがおわらせたため", "3": "利用のしかたがかわったため"}


def today():
    jst = datetime.timezone(datetime.timedelta(hours=9))
    return datetime.datetime.now(jst).strftime("%Y%m%d")


def wareki(s, two=False):
    if not s or len(s) != 8 or not s.isdigit():
        return s or ""
    y, m, d = int(s[:4]), int(s[4:6]), int(s[6:])
    for start, era in ERAS:
        if (y, m, d) >= start:
            n = y - start[0] + 1
            if two:
                return "%s%02d年%02d月%02d日" % (era, n, m, d)
            return "%s%s年%d月%d日" % (era, "元" if n == 1 else n, m, d)
    return "%d年%d月%d日" % (y, m, d)


def age(birth, on):
    if not birth or len(birth) != 8 or not on or len(on) != 8:
        return None
    n = int(on[:4]) - int(birth[:4]) - (1 if on[4:] < birth[4:] else 0)
    return n if n >= 0 else None


def born(rec, on, two=False):
    text = wareki(rec.get("birthdate", ""), two)
    n = age(rec.get("birthdate"), on)
    if text and n is not None:
        text += "（%d歳）" % n
    sex = SEX.get(rec.get("sex1", ""), "")
    return "・".join(x for x in (text, sex) if x)


def wide_kana(s):
    """半角カナを全角に。カナのほかはさわらない。"""
    out, run = "", ""
    for ch in s or "":
        if "\uff61" <= ch <= "\uff9f":
            run += ch
        else:
            out += unicodedata.normalize("NFKC", run) + ("　" if ch == " " else ch)
            run = ""
    return out + unicodedata.normalize("NFKC", run)


def half_kana(s):
    """全角カナ・ひらがなを半角カナに (照会の条件は半角カナ)。"""
    table = {}
    for c in range(0xFF61, 0xFFA0):
        table[unicodedata.normalize("NFKC", chr(c))] = chr(c)
    table["　"] = " "
    table["ー"] = "ｰ"
    out = ""
    for ch in s or "":
        if "ぁ" <= ch <= "ゖ":
            ch = chr(ord(ch) + 0x60)
        for part in unicodedata.normalize("NFD", ch) if "ァ" <= ch <= "ヺ" else ch:
            part = {"\u3099": "ﾞ", "\u309a": "ﾟ"}.get(part, part)
            out += table.get(part, part)
    return out


def ratio(s):
    if not s or not s.isdigit():
        return None
    n = int(s)
    if n == 0:
        return "0割（お支払いはありません）"
    return "%d割" % (n // 10) if n % 10 == 0 else "%d%%" % n


def moment(s):
    if not s or len(s) != 14:
        return s or ""
    return "%s %d時%02d分" % (wareki(s[:8]), int(s[8:10]), int(s[10:12]))


def key(label):
    """絵文字や矢印をのぞいた、ボタンのことば"""
    t = unicodedata.normalize("NFKC", label)
    return "".join(c for c in t if unicodedata.category(c)[0] in "LN")


# 結果コード -> (見出し, 文, もういちどできるか)
CODES = {
    "CERT_EXPIRED": ("電子証明書の期限がきれています", "患者さんに、市区町村の窓口でカードの電子証明書を更新してもらってください。きょうは資格確認書などで確認してください。", False),
    "CERT_REVOKED": ("このカードの電子証明書は使えません", "失効しているか、とめられています。患者さんに市区町村の窓口へ行ってもらってください。きょうは資格確認書などで確認してください。", False),
    "CERT_UNKNOWN": ("このカードの電子証明書がわかりません", "市区町村の窓口で確認してもらってください。きょうは資格確認書などで確認してください。", False),
    "WITHHELD": ("この方の資格情報は、いま確認中です", "資格がないという意味ではありません。保険者に電話するか、資格確認書などで確認してください。", False),
    "MULTIPLE": ("資格が2つ以上あります", "どの資格を使うか、患者さんか保険者に確認してください。", False),
    "NOT_REGISTERED": ("保険証としての利用登録がまだです", "患者さんに、マイナポータルなどで利用登録をしてもらってください。", False),
    "TERMINAL_UNKNOWN": ("この端末は登録されていません", "管理者にアクティベーションコードを出してもらって、ログインしてください。", False),
    "TERMINAL_REVOKED": ("この端末の登録は取り消されました", "管理者に新しいアクティベーションコードを出してもらって、ログインしてください。", False),
    "CODE_NOT_READY": ("アクティベーションコードは、まだ使えません", "コードを出してから10分ほどまって、もういちどログインしてください。", True),
    "CODE_INVALID": ("アクティベーションコードがちがいます", "コードを見なおして、もういちど入れてください。", False),
    "CODE_USED": ("このアクティベーションコードは、もう使われています", "管理者に新しいコードを出してもらってください。", False),
    "ACCOUNT_NEVER_LOGGED_IN": ("先に資格確認端末でログインしてください", "このアカウントは、オンライン資格確認等システムにまだ一度もログインしていません。", False),
    "ACCOUNT_LOCKED": ("アカウントがロックされています", "管理者にロックをはずしてもらってください。", False),
    "FUNCTION_OFF": ("この機能は「利用しない」になっています", "管理者に、環境設定を「利用する」にしてもらってください。", True),
    "OUTAGE": ("システムが止まっています", "すこし待ってから「もういちど」を押してください。", True),
    "BUSY": ("いま、こみあっています", "すこし待ってから「もういちど」を押してください。", True),
    "JPKI_MAINTENANCE": ("電子証明書の確認が、お休みの時間です", "時間をおいて「もういちど」を押すか、資格確認書などで確認してください。", True),
    "SIGNATURE_INVALID": ("カードの署名が合いませんでした", "もういちど、はじめから確認してください。", True),
    "CHALLENGE_UNKNOWN": ("時間がたちすぎました", "もういちど、暗証番号から入れてもらってください。", True),
    "CONSENT_MISSING": ("同意が見つかりません", "はじめから、やりなおしてください。", False),
    "NOT_PERMITTED": ("この操作はできません", "権限か、アプリの版を、管理者に確認してください。", False),
    "SESSION_INVALID": ("ログインの時間がきれました", "もういちどログインしてください。", False),
    "PASSWORD_WRONG": ("ログインできませんでした", "機関コード・ユーザーID・パスワードのどれかがちがいます。見なおしてください。", False),
    "MALFORMED": ("入力が正しくありません", "入れたものを見なおしてください。", False),
    "NO_QUALIFICATION": ("資格が見つかりません", "患者さんか保険者に確認してください。", False),
}

NET = {
    "connect": ("通信できません", "インターネットにつながっているか見て、「もういちど」を押してください。"),
    "tls": ("安全につながりません", "相手が本物か確かめられないので、何も送っていません。管理者に連絡してください。"),
    "timeout": ("返事がきません", "しばらく待って「もういちど」を押してください。"),
    "broken": ("通信がとちゅうで切れました", "「もういちど」を押してください。"),
    "portal": ("正しい返事がきませんでした", "Wi-Fiのログイン画面などが出ていないか見て、「もういちど」を押してください。"),
    "gateway": ("サービスにつながりません", "しばらく待って「もういちど」を押してください。"),
    "crowded": ("いま、こみあっています", "%s「もういちど」を押してください。"),
}

CARD = {
    "removed": ("カードがはなれました", "おわるまで動かさないで、もういちどカードをおいてください。"),
    "comm": ("カードをうまく読めませんでした", "もういちどカードをおいてください。"),
    "reset": ("カードをうまく読めませんでした", "もういちどカードをおいてください。"),
    "unreadable": ("カードを読めませんでした", "向きをかえて、もういちどカードをおいてください。"),
    "notplaced": ("カードがおかれていません", "カードをリーダーにおいてください。"),
    "busy": ("ほかのアプリがカードを使っています", "ほかのアプリをとじてから、もういちどカードをおいてください。"),
    "noreader": ("カードリーダーが見つかりません", "カードリーダーをつないでから、もういちどカードをおいてください。"),
    "noservice": ("カードリーダーが使えません", "タブレットのカードリーダー機能を入れなおしてから、もういちどカードをおいてください。"),
    "foreign": ("マイナンバーカードではありません", "マイナンバーカードをおいてください。"),
    "nocert": ("このカードでは確認できません", "利用者証明用の電子証明書が入っていません。資格確認書などで確認してください。"),
    "nopin": ("このカードでは確認できません", "暗証番号の入っていないカードです。「お顔を見て確認」をえらんでください。"),
    "needpin": ("このカードは暗証番号がいります", "スマートフォンのカードなどは、お顔を見る確認では読めません。マイナンバーカードをおいてもらってください。"),
}
