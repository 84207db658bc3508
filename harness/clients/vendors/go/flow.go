// The counter: which screen stands, what may be pressed there, what follows.
package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

type place int

const (
	atTerms place = iota
	atLogin
	atChoice
	atPIN
	atCard // the card is waited for
	atFail
	atResult
	atOffer
	atConsent
	atRegister
	atRegistered
	atHistory
	atLocked
)

const (
	byEye, byPIN     = "目視確認", "4桁の暗証番号入力"
	retry, closing   = "再試行", "閉じる"
	register, decine = "健康保険証利用登録する", "健康保険証利用登録しない"
	agree, refuse    = "同意する", "同意しない"
	readIt, checkIt  = "マイナンバーカードを読み取る", "資格確認する"
	putCard          = "カードを置いてください"
)

// captions are the ministry's names of our screens.
var captions = map[string]string{"ログイン": "ログイン画面", "認証": "認証選択", "暗証番号": "PIN入力", "カード": "読み取り", "結果": "資格確認結果"}

type app struct {
	svc           *service
	state, reader string
	patience      time.Duration
	setting, hand string
	mobile        bool
	n             int
	at            place
	screen        pairs // fields of the screen that stands

	// of the patient at the counter; clear() forgets it all
	method, pin string
	seen        bool // a card session took place since the choice
	registering bool
	again       func()
	answer      *reply
	cert        []byte // of the card that is to be registered
	terms       string
	consent     string
	held        func() // a result that waits until the device is back with the staff

	pass   [32]byte
	hasKey bool
}

func (a *app) clear() {
	a.method, a.pin, a.seen, a.registering, a.again, a.answer, a.cert, a.terms, a.consent, a.held, a.screen =
		"", "", false, false, nil, nil, nil, "", "", nil, nil
}

func (a *app) show(at place, title, number string, f pairs, buttons ...string) {
	a.n++
	a.at, a.screen = at, f
	if f == nil {
		f = pairs{}
	}
	if buttons == nil {
		buttons = []string{}
	}
	if long, ok := captions[title]; ok && os.Getenv("SHIKAKU_CAPTIONS") != "" {
		title = long
	}
	s := map[string]any{"n": a.n, "title": title, "fields": f, "buttons": buttons}
	if number != "" {
		s["number"] = number
	}
	emit("screen", s)
}

func (a *app) begin() {
	if _, err := os.Stat(filepath.Join(a.state, "terms")); err != nil && !a.svc.activated {
		a.show(atTerms, "規約", "", pairs{{"利用条件", "資格確認以外に使わない。結果を保存しない。端末を貸さない。"}}, "承諾")
		return
	}
	a.showLogin(nil)
}

func (a *app) showLogin(f pairs) { a.show(atLogin, "ログイン", "", f, "ログイン") }

func (a *app) showChoice() {
	a.clear()
	label := byEye
	if a.setting == "pin" {
		label = byPIN
	}
	a.show(atChoice, "認証", "", pairs{{"既定", label}}, byEye, byPIN, "設定", "履歴")
}

func (a *app) showPIN(f pairs) {
	a.show(atPIN, "暗証番号", "", append(f, [2]string{"案内", "4桁"}), "確定", closing)
}

func (a *app) prompt() { a.show(atCard, "カード", "", pairs{{"案内", putCard}}, closing) }

func (a *app) fail(code, text string, again func(), buttons ...string) {
	if a.again = again; again != nil {
		buttons = append(buttons, retry)
	}
	a.show(atFail, "エラー", "", pairs{{"コード", code}, {"内容", text}}, append(buttons, closing)...)
}

// closed says whether nobody may work: not logged in, or locked. The screen that stands says so again.
func (a *app) closed() bool {
	switch a.at {
	case atLocked:
		a.show(atLocked, "ロック", "", nil, "解除")
	case atTerms:
		a.begin()
	case atLogin:
		a.showLogin(pairs{{"案内", "先にログイン"}})
	default:
		return false
	}
	return true
}

func (a *app) do(d *action) {
	var s string
	v := map[string]string{}
	if json.Unmarshal(d.Value, &s) != nil {
		var any map[string]any
		json.Unmarshal(d.Value, &any)
		for k, x := range any {
			if t, ok := x.(string); ok {
				v[k] = t
			}
		}
	}
	switch d.Action {
	case "login":
		if a.at == atLocked {
			a.closed()
			return
		}
		a.clear()
		if a.at == atTerms {
			if err := os.WriteFile(filepath.Join(a.state, "terms"), []byte(version), 0o600); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
			a.showLogin(nil)
		}
		a.login(v)
	case "set-method":
		if a.closed() || a.withPatient() {
			return
		}
		if s == "pin" || s == "visual" {
			a.setting = s
			if err := os.WriteFile(filepath.Join(a.state, "method"), []byte(s), 0o600); err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
		a.showChoice()
	case "choose-method":
		if !a.closed() {
			a.clear()
			a.choose(s, false)
		}
	case "enter-pin":
		a.enterPIN(s)
	case "place-card":
		a.placeCard(d.ID)
	case "press":
		a.press(s)
	case "take-card":
		a.cardTaken()
	case "browse-history":
		if !a.closed() && !a.withPatient() {
			a.history(v)
		}
	case "read-aloud":
		if a.at == atResult || a.at == atHistory {
			a.n++
			emit("output", map[string]any{"n": a.n, "kind": "read-aloud", "text": spoken(a.screen)})
		}
	case "lock":
		if a.mobile && a.hasKey {
			a.clear()
			a.show(atLocked, "ロック", "", nil, "解除")
		}
	case "unlock":
		a.unlock(s)
	case "hand-over":
		a.hand = s
		if f := a.held; s == "staff" && f != nil {
			a.held = nil
			f()
		}
	case "close":
		a.clear()
	default:
		emit("error", map[string]any{"n": a.next(), "text": "未対応 " + d.Action})
	}
}

func (a *app) next() int { a.n++; return a.n }

func (a *app) withPatient() bool { return a.mobile && a.hand == "patient" }

func (a *app) login(v map[string]string) {
	if a.mobile {
		if v["passcode"] == "" {
			a.showLogin(pairs{{"エラー", "パスコード未設定"}})
			return
		}
		a.pass, a.hasKey = sha256.Sum256([]byte(v["passcode"])), true
	}
	var err error
	if !a.svc.activated && v["activation-code"] != "" {
		err = a.svc.activate(v)
	}
	if err == nil {
		err = a.svc.login(v)
	}
	if err == nil {
		a.showChoice()
		return
	}
	we, buttons := toWebErr(err), []string{"ログイン"}
	if a.again = nil; we.again {
		a.again, buttons = func() { a.login(v) }, []string{retry, "ログイン"}
	}
	a.svc.lost(we.code)
	a.show(atLogin, "エラー", "", pairs{{"コード", we.code}, {"内容", we.text}}, buttons...)
}

func (a *app) unlock(code string) {
	if a.at != atLocked {
		return
	}
	h := sha256.Sum256([]byte(code))
	switch {
	case subtle.ConstantTimeCompare(h[:], a.pass[:]) != 1:
		a.show(atLocked, "ロック", "", pairs{{"エラー", "パスコード相違"}}, "解除")
	case a.svc.token == "":
		a.showLogin(nil)
	default:
		a.showChoice()
	}
}

// choose begins a check. After an error the card may lie there still: then it is read at once.
func (a *app) choose(method string, there bool) {
	a.method = method
	switch {
	case method == "pin":
		a.seen = there
		a.showPIN(nil)
	case there:
		a.readNow()
	default:
		a.prompt()
	}
}

var fourDigits = regexp.MustCompile(`^[0-9]{4}$`)

func (a *app) enterPIN(pin string) {
	if a.at != atPIN && !(a.at == atCard && a.method == "pin") {
		return
	}
	if !fourDigits.MatchString(pin) {
		a.pin = ""
		a.showPIN(pairs{{"エラー", "4桁でない"}})
		return
	}
	a.pin = pin
	if a.seen {
		a.readNow()
	} else {
		a.prompt()
	}
}

// placeCard waits for the card, asks once more after half the time, and gives up at its end.
func (a *app) placeCard(id int) {
	if a.at != atCard {
		return
	}
	r, err := openReader(a.reader)
	if err != nil {
		a.cardFailed(err, false)
		return
	}
	emit("ready", map[string]int{"do": id})
	for i := 0; i < 2; i++ {
		there, err := r.present(a.patience / 2)
		if err != nil {
			r.close()
			a.cardFailed(err, false)
			return
		}
		if there {
			a.read(r)
			return
		}
		a.prompt()
	}
	r.close()
}

// readNow reads the card that lies there, or asks for it.
func (a *app) readNow() {
	r, err := openReader(a.reader)
	if err != nil {
		a.cardFailed(err, false)
		return
	}
	there, err := r.present(0)
	switch {
	case err != nil:
		r.close()
		a.cardFailed(err, false)
	case !there:
		r.close()
		a.prompt()
	default:
		a.read(r)
	}
}

func (a *app) read(r *reader) {
	a.svc.fresh()
	a.seen = true
	body := map[string]string{"method": a.method}
	var nonce []byte
	if a.method == "pin" {
		c, err := a.svc.call("POST", "/limited/v1/challenges", "", nil)
		if err == nil {
			nonce, err = base64.StdEncoding.DecodeString(c.Nonce)
			if err == nil && (len(nonce) == 0 || c.ChallengeId == "") {
				err = &webErr{c.ResultCode, "応答不正", true}
			}
		}
		if err != nil {
			r.close()
			a.refused(err, a.readNow) // the PIN was not presented and serves once more
			return
		}
		body["challengeId"] = c.ChallengeId
	}
	h, err := readCard(r, a.pin, nonce, a.patience)
	if h.presented || err == nil {
		a.pin = ""
	}
	if err != nil {
		a.cardFailed(err, h.presented)
		return
	}
	body["certificate"] = base64.StdEncoding.EncodeToString(h.cert)
	if h.signature != nil {
		body["signature"] = base64.StdEncoding.EncodeToString(h.signature)
	}
	if a.registering {
		a.sendRegistration(body, h.cert)
		return
	}
	path := "/limited/v1/eligibility/certificate"
	if a.method == "pin" {
		path = "/limited/v1/eligibility/signature"
	}
	a.inquire(path, newID(), body, h.cert)
}

func (a *app) inquire(path, id string, body map[string]string, cert []byte) {
	r, err := a.svc.call("POST", path, id, body)
	if err != nil {
		a.refused(err, func() { a.inquire(path, id, body, cert) })
		return
	}
	switch r.ResultCode {
	case "NOT_REGISTERED":
		a.cert = cert
		a.show(atOffer, "利用登録", "C-04-01-A", pairs{{"案内", "マイナンバーカードを保険証として利用するための登録が必要です。継続しますか"}}, register, decine)
	case "OK", "CERT_EXPIRED_GRACE", "NO_QUALIFICATION", "MULTIPLE":
		if r.QualificationValidity == "" && len(r.ResultList) == 0 {
			a.refused(&webErr{r.ResultCode, "応答不正", true}, func() { a.inquire(path, id, body, cert) })
			return
		}
		a.again, a.answer = nil, r
		if a.withPatient() {
			a.held = func() { a.showResult(-1) }
			a.show(atResult, "完了", "", pairs{{"案内", "端末を係員へ"}})
			return
		}
		a.showResult(-1)
	default:
		a.fail(r.ResultCode, text(codeText, r.ResultCode), nil)
	}
}

// showResult shows all results on one screen. Where several are possible the staff choose.
func (a *app) showResult(only int) {
	r, number := a.answer, ""
	var buttons []string
	for i, e := range r.ResultList {
		if e["insuredCardClassification"] == "A1" && e["name"] != "" && (only < 0 || only == i) {
			number = "E-05-A"
		}
		if r.ResultCode == "MULTIPLE" && len(r.ResultList) > 1 && only < 0 {
			buttons = append(buttons, fmt.Sprintf("%d/%d", i+1, len(r.ResultList)))
		}
	}
	a.show(atResult, "結果", number, resultFields(r, only), append(buttons, closing)...)
}

func toWebErr(err error) *webErr {
	var we *webErr
	if errors.As(err, &we) {
		return we
	}
	return &webErr{"APP", "内部異常", false}
}

// refused shows why the service did not answer as asked. again sends the very same once more.
func (a *app) refused(err error, again func()) {
	we := toWebErr(err)
	switch we.code {
	case "SESSION_INVALID", "TERMINAL_REVOKED", "TERMINAL_UNKNOWN":
		a.svc.lost(we.code)
		a.clear()
		a.showLogin(pairs{{"コード", we.code}, {"内容", we.text}})
		return
	case "CHALLENGE_UNKNOWN":
		a.pin = ""
		a.showPIN(pairs{{"コード", we.code}, {"内容", we.text}})
		return
	}
	if !we.again {
		again = nil
	}
	a.fail(we.code, we.text, again)
}

func (a *app) cardFailed(err error, presented bool) {
	ce := toCardErr(err)
	f := pairs{{"コード", ce.code}, {"内容", ce.text}}
	if ce.left >= 0 {
		f.add("残り回数", strconv.Itoa(ce.left))
	}
	switch {
	case ce.left == 0:
		a.again = nil
		a.show(atFail, "エラー", "", f, byEye, closing)
	case ce.left > 0 || presented: // what was entered was presented: only the patient enters it again
		a.showPIN(f)
	default:
		a.again = a.readNow
		if !ce.reader {
			f.add("案内", putCard)
		}
		a.show(atCard, "エラー", "", f, retry, closing)
	}
}

func (a *app) cardTaken() {
	switch a.at {
	case atTerms, atLogin, atLocked, atChoice, atHistory, atOffer, atConsent, atRegister, atRegistered:
		return // nothing of the patient stands there, and a registration asks for the card again
	}
	if a.held == nil {
		a.showChoice()
	}
}

func (a *app) press(label string) {
	switch {
	case a.at == atLocked:
		a.closed()
	case label == retry && a.again != nil:
		again := a.again
		a.again = nil
		again()
	case a.at == atLogin || a.at == atTerms:
		a.closed()
	case label == closing:
		a.showChoice()
	case label == byEye || label == byPIN:
		there := a.seen
		a.clear()
		a.choose(map[string]string{byEye: "visual", byPIN: "pin"}[label], there)
	case a.at == atOffer && label == decine, a.at == atConsent && label == refuse:
		a.showChoice()
	case a.at == atOffer && label == register:
		a.askTerms()
	case a.at == atConsent && label == agree:
		a.giveConsent()
	case a.at == atRegister && label == readIt:
		a.registering = true
		a.readAgain()
	case a.at == atRegistered && label == checkIt:
		a.registering = false
		a.readAgain()
	case a.at == atResult && a.answer != nil:
		i, err := strconv.Atoi(strings.SplitN(label, "/", 2)[0])
		if err == nil && i >= 1 && i <= len(a.answer.ResultList) {
			a.showResult(i - 1)
		}
	}
}

// readAgain is a further card session; by PIN it needs another entry.
func (a *app) readAgain() {
	if a.method == "pin" {
		a.showPIN(nil)
		return
	}
	a.readNow()
}

func (a *app) askTerms() {
	r, err := a.svc.call("GET", "/limited/v1/registration/terms", "", nil)
	if err == nil && (r.TermsText == "" || r.TermsId == "") {
		err = &webErr{r.ResultCode, "応答不正", true}
	}
	if err != nil {
		a.refused(err, a.askTerms)
		return
	}
	a.terms = r.TermsId
	a.show(atConsent, "規約", "F-01-A", pairs{{"案内", "マイナンバーカードを健康保険証等として利用するための申込みをします。"},
		{"利用規約", r.TermsText}}, agree, refuse)
}

func (a *app) giveConsent() {
	r, err := a.svc.call("POST", "/limited/v1/registration/consents", "", map[string]string{"termsId": a.terms, "consent": "agree"})
	if err == nil && r.ConsentId == "" {
		err = &webErr{r.ResultCode, "応答不正", true}
	}
	if err != nil {
		a.refused(err, a.giveConsent)
		return
	}
	a.consent = r.ConsentId
	a.show(atRegister, "読取", "F-01-A", pairs{{"案内", "マイナンバーカードの健康保険証利用を登録します。"}}, readIt)
}

func (a *app) sendRegistration(body map[string]string, cert []byte) {
	if !bytes.Equal(cert, a.cert) {
		a.show(atRegister, "エラー", "", pairs{{"コード", "CARD-OTHER"}, {"内容", "別のカード。申込者のカードを置く"}}, readIt, closing)
		return
	}
	body["consentId"] = a.consent
	a.register(newID(), body)
}

func (a *app) register(id string, body map[string]string) {
	r, err := a.svc.call("POST", "/limited/v1/registrations", id, body)
	if err == nil && r.ResultCode != "OK" {
		err = &webErr{r.ResultCode, text(codeText, r.ResultCode), false}
	}
	if err != nil {
		a.refused(err, func() { a.register(id, body) })
		return
	}
	a.registering, a.cert, a.consent = false, nil, ""
	a.show(atRegistered, "完了", "F-01-A", pairs{{"案内", "マイナンバーカードの保険証利用登録が完了しました。再度、資格確認を行ってください。"}}, checkIt)
}

func (a *app) history(v map[string]string) {
	a.clear()
	body := map[string]string{}
	for _, k := range [][2]string{{"date-from", "dateFrom"}, {"date-to", "dateTo"}, {"name-kana", "nameKana"}, {"insurer-number", "insurerNumber"}} {
		if v[k[0]] != "" {
			body[k[1]] = v[k[0]]
		}
	}
	var rows []map[string]string
	for page, last := 1, 1; page <= last && page <= 1000; page++ {
		body["page"] = strconv.Itoa(page)
		r, err := a.svc.call("POST", "/limited/v1/history", "", body)
		if err != nil {
			a.refused(err, func() { a.history(v) })
			return
		}
		rows = append(rows, r.ResultList...)
		if n, err := strconv.Atoi(strings.Trim(string(r.PageCount), `"`)); err == nil {
			last = n
		}
	}
	f := pairs{{"件数", strconv.Itoa(len(rows))}}
	for i, e := range rows {
		f.add("件", fmt.Sprintf("%d/%d", i+1, len(rows)))
		f.add("確認日時", e["confirmedAt"])
		f.add("資格有効性", coded(validity, e["qualificationValidity"]))
		f = append(f, entryFields(e)...)
	}
	a.show(atHistory, "履歴", "", f, closing)
}
