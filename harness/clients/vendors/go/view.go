// What stands on the screens: few words, Western dates, codes with a text.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

type pairs [][2]string

func (p *pairs) add(label, value string) {
	if value != "" {
		*p = append(*p, [2]string{label, value})
	}
}

var (
	validity = map[string]string{"1": "有効", "2": "無効", "3": "無効（新しい資格あり）", "4": "該当資格なし", "5": "複数該当", "6": "有効（未登録）"}
	sexes    = map[string]string{"1": "男", "2": "女", "3": "未設定"}
	classes  = map[string]string{"01": "被保険者証", "02": "被保険者証（退職）", "03": "短期被保険者証", "04": "短期被保険者証（退職）",
		"05": "特別療養費支給対象者", "06": "特例退職被保険者証", "07": "自衛官診療証", "A1": "医療扶助"}
	families = map[string]string{"1": "本人", "2": "家族"}
	losses   = map[string]string{"01": "死亡", "02": "生活保護開始", "03": "他の資格取得", "99": "その他"}
)

func text(m map[string]string, code string) string {
	if t, ok := m[code]; ok {
		return t
	}
	return code
}

func coded(m map[string]string, code string) string {
	if t, ok := m[code]; ok && ministry {
		return t
	} else if ok {
		return code + " " + t
	}
	return code
}

func day(s string) string {
	t, err := time.Parse("20060102", s)
	if err != nil {
		return s
	}
	return t.Format("2006-01-02")
}

func ratio(s string) string {
	n, err := strconv.Atoi(s)
	switch {
	case err != nil:
		return s
	case n%10 == 0:
		return fmt.Sprintf("%d割", n/10)
	}
	return fmt.Sprintf("%d%%", n)
}

// ministry: words without codes (SHIKAKU_CAPTIONS=ministry); titles alone are changed by SHIKAKU_CAPTIONS=titles.
var ministry = os.Getenv("SHIKAKU_CAPTIONS") == "ministry"

const notice = "医療扶助対象者です。必要な提出書類等により、資格確認を行ってください"

func entryFields(e map[string]string) (f pairs) {
	if e["insuredCardClassification"] == "A1" && e["name"] == "" {
		f.add("案内", notice)
		return
	}
	if e["insuredCardClassification"] == "A1" {
		f.add("資格情報/福祉事務所名", e["insurerName"])
	} else {
		f.add("資格情報/保険者名", e["insurerName"])
		f.add("資格情報/保険者番号", e["insurerNumber"])
		f.add("資格情報/記号", e["insuredCardSymbol"])
		f.add("資格情報/番号", e["insuredIdentificationNumber"])
		f.add("資格情報/枝番", e["insuredBranchNumber"])
		f.add("資格情報/本人家族", text(families, e["personalFamilyClassification"]))
	}
	f.add("資格情報/フリガナ", e["nameKana"])
	f.add("資格情報/氏名", e["name"])
	f.add("資格情報/生年月日", day(e["birthdate"]))
	f.add("資格情報/性別", text(sexes, e["sex1"]))
	f.add("資格情報/証区分", text(classes, e["insuredCardClassification"]))
	f.add("資格情報/負担割合", ratio(e["insuredPartialContributionRatio"]))
	if e["preschoolClassification"] == "1" {
		f.add("資格情報/未就学", "該当")
	}
	f.add("資格情報/資格取得年月日", day(e["qualificationDate"]))
	f.add("資格情報/資格喪失年月日", day(e["disqualificationDate"]))
	f.add("資格情報/喪失事由", text(losses, e["reasonOfLoss"]))
	f.add("資格情報/有効開始日", day(e["insuredCardValidDate"]))
	f.add("資格情報/有効終了日", day(e["insuredCardExpirationDate"]))
	f.add("裏面記載情報/氏名カナ", e["nameOfOtherKana"])
	f.add("裏面記載情報/氏名", e["nameOfOther"])
	f.add("裏面記載情報/性別", text(sexes, e["sex2"]))
	return
}

// resultFields puts all results on one screen, each under its number.
func resultFields(r *reply, only int) (f pairs) {
	f.add("資格有効性", coded(validity, r.QualificationValidity))
	f.add("確認日", day(r.QualificationConfirmationDate))
	if r.ResultCode == "CERT_EXPIRED_GRACE" {
		f.add("注意", "電子証明書 期限切れ（猶予期間）。市区町村窓口で更新")
	}
	if r.QualificationValidity == "6" {
		f.add("注意", "医療券 未登録。医療券・施術券を確認")
	}
	for i, e := range r.ResultList {
		if only >= 0 && i != only {
			continue
		}
		if len(r.ResultList) > 1 {
			f.add("件", fmt.Sprintf("%d/%d", i+1, len(r.ResultList)))
		}
		f = append(f, entryFields(e)...)
	}
	return
}

func spoken(f pairs) string {
	var b strings.Builder
	for _, p := range f {
		b.WriteString(strings.ReplaceAll(p[0], "/", " ") + "、" + p[1] + "。\n")
	}
	return b.String()
}
