// The service: JSON over HTTPS with the terminal's certificate.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

type reply struct {
	ResultCode, ResultMessage        string
	TerminalCertificate, TerminalKey string
	SessionToken                     string
	ChallengeId, Nonce               string
	TermsId, TermsText, ConsentId    string
	QualificationConfirmationDate    string
	QualificationValidity            string
	ResultList                       []map[string]string
	TotalCount, Page, PageCount      json.RawMessage
}

type webErr struct {
	code, text string
	again      bool // worth another try as it is
}

func (e *webErr) Error() string { return e.code + " " + e.text }

var codeText = map[string]string{
	"CERT_EXPIRED": "電子証明書 期限切れ。市区町村窓口で更新", "CERT_REVOKED": "電子証明書 失効", "CERT_UNKNOWN": "電子証明書 確認不可",
	"WITHHELD": "資格情報 確認中。保険者に照会", "TERMINAL_UNKNOWN": "端末 未登録", "TERMINAL_REVOKED": "端末 無効化済み",
	"CODE_NOT_READY": "アクティベーションコード 準備中。約10分後", "CODE_INVALID": "アクティベーションコード 相違", "CODE_USED": "アクティベーションコード 使用済み",
	"ACCOUNT_NEVER_LOGGED_IN": "アカウント 未使用。資格確認端末で一度ログイン", "ACCOUNT_LOCKED": "アカウント ロック。管理者が解除",
	"FUNCTION_OFF": "通常とは異なる動線機能 利用しない設定", "OUTAGE": "サービス障害", "BUSY": "混雑。後で再試行", "JPKI_MAINTENANCE": "公的個人認証サービス 停止中",
	"SIGNATURE_INVALID": "署名 不正", "CHALLENGE_UNKNOWN": "署名 時間切れ。再入力", "CONSENT_MISSING": "同意なし", "NOT_PERMITTED": "権限なし",
	"SESSION_INVALID": "セッション終了。再ログイン", "PASSWORD_WRONG": "パスワード相違", "MALFORMED": "要求形式不正", "UNMATCHED": "要求先不明",
}

type service struct {
	base, token, state string
	ca                 *x509.CertPool
	caErr              error
	patience           time.Duration
	http               *http.Client
	activated          bool
}

func newService(state string, patience time.Duration) *service {
	s := &service{base: os.Getenv("MADOGUCHI_URL"), state: state, patience: patience, ca: x509.NewCertPool()}
	pem, err := os.ReadFile(os.Getenv("MADOGUCHI_CA_FILE"))
	if err != nil || !s.ca.AppendCertsFromPEM(pem) {
		s.caErr = errors.New("ルート証明書なし")
	}
	s.setUp()
	return s
}

// setUp makes the transport with the terminal's certificate. TLS sessions are resumed, but never those
// of another identity: the cache begins anew.
func (s *service) setUp() {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: s.ca, ClientSessionCache: tls.NewLRUClientSessionCache(8)}
	for _, f := range [][2]string{
		{filepath.Join(s.state, "terminal.crt"), filepath.Join(s.state, "terminal.key")},
		{os.Getenv("MADOGUCHI_CERT_FILE"), os.Getenv("MADOGUCHI_KEY_FILE")},
	} {
		if pair, err := tls.LoadX509KeyPair(f[0], f[1]); err == nil {
			conf.Certificates, s.activated = []tls.Certificate{pair}, true
			break
		}
	}
	proxy := http.ProxyFromEnvironment
	if u, err := url.Parse(os.Getenv("MADOGUCHI_PROXY")); err == nil && u.Host != "" {
		proxy = http.ProxyURL(u)
	}
	s.http = &http.Client{
		Timeout:       s.patience,
		Transport:     &http.Transport{Proxy: proxy, TLSClientConfig: conf, DialContext: (&net.Dialer{Timeout: s.patience}).DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// fresh lets the next request connect anew: one connection per session at the counter.
func (s *service) fresh() { s.http.CloseIdleConnections() }

func newID() string {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return hex.EncodeToString(b)
}

// call sends one request, once. Whoever asks again does so with the same id.
func (s *service) call(method, path, id string, body any) (*reply, error) {
	if s.caErr != nil {
		return nil, &webErr{"TLS", s.caErr.Error(), false}
	}
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		in = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, s.base+path, in)
	if err != nil {
		return nil, &webErr{"URL", "接続先不正", false}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-Client-Version", version)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	if id != "" {
		req.Header.Set("X-Request-Id", id)
	}
	res, err := s.http.Do(req)
	if err != nil {
		return nil, netErr(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 8<<20))
	if err != nil {
		return nil, netErr(err)
	}
	var r reply
	media, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if media != "application/json" || json.Unmarshal(raw, &r) != nil || r.ResultCode == "" {
		switch {
		case res.StatusCode == 429 || res.StatusCode == 503:
			text := "混雑・停止中。後で再試行"
			if after := res.Header.Get("Retry-After"); after != "" {
				text += "（" + after + "秒後）"
			}
			return nil, &webErr{fmt.Sprintf("HTTP-%d", res.StatusCode), text, true}
		case res.StatusCode >= 500:
			return nil, &webErr{fmt.Sprintf("HTTP-%d", res.StatusCode), "サービス障害", true}
		}
		return nil, &webErr{fmt.Sprintf("HTTP-%d", res.StatusCode), "応答不正。ネットワークを確認", true}
	}
	if res.StatusCode != 200 {
		text := codeText[r.ResultCode]
		if text == "" {
			text = r.ResultMessage
		}
		return &r, &webErr{r.ResultCode, text, res.StatusCode >= 500}
	}
	return &r, nil
}

func netErr(err error) error {
	var ue x509.UnknownAuthorityError
	var ie x509.CertificateInvalidError
	var he x509.HostnameError
	var ne net.Error
	switch {
	case errors.As(err, &ue), errors.As(err, &ie), errors.As(err, &he):
		return &webErr{"TLS", "サーバー証明書不正。送信中止", true}
	case errors.As(err, &ne) && ne.Timeout():
		return &webErr{"NET-TIMEOUT", "応答なし。再試行", true}
	}
	return &webErr{"NET", "通信失敗。再試行", true}
}

// activate uses the activation code and keeps the terminal's certificate.
func (s *service) activate(v map[string]string) error {
	s.token = ""
	r, err := s.call("POST", "/limited/v1/terminals", "", map[string]string{"facilityCode": v["facility-code"],
		"userId": v["user-id"], "password": v["password"], "activationCode": v["activation-code"]})
	if err != nil {
		return err
	}
	if _, err := tls.X509KeyPair([]byte(r.TerminalCertificate), []byte(r.TerminalKey)); err != nil {
		return &webErr{"CERT", "端末証明書不正", false}
	}
	for name, text := range map[string]string{"terminal.crt": r.TerminalCertificate, "terminal.key": r.TerminalKey} {
		if err := os.WriteFile(filepath.Join(s.state, name), []byte(text), 0o600); err != nil {
			return &webErr{"FILE", "端末証明書 保存不可", false}
		}
	}
	s.fresh()
	s.setUp()
	return nil
}

func (s *service) login(v map[string]string) error {
	s.token = ""
	s.fresh()
	r, err := s.call("POST", "/limited/v1/sessions", "", map[string]string{"facilityCode": v["facility-code"],
		"userId": v["user-id"], "password": v["password"]})
	if err != nil {
		return err
	}
	if r.ResultCode != "OK" || r.SessionToken == "" {
		return &webErr{r.ResultCode, "応答不正", true}
	}
	s.token = r.SessionToken
	return nil
}

// lost ends the session. A terminal that was invalidated takes a new activation code.
func (s *service) lost(code string) {
	s.token = ""
	if code == "TERMINAL_REVOKED" || code == "TERMINAL_UNKNOWN" {
		os.Remove(filepath.Join(s.state, "terminal.crt"))
		os.Remove(filepath.Join(s.state, "terminal.key"))
		s.activated = false
	}
}
