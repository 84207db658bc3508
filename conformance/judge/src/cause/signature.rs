//! What is wrong with a signature, by the rule that the service's mock found.

use madoguchi_notation::Wording;

/// What the rule of a refused signature says of it; nothing where not even the mock could tell.
#[must_use]
pub fn of_rule(rule: &str) -> Option<Wording> {
    let (ja, en) = match rule {
        "pin-needs-signature" => (
            "暗証番号による照会に署名がなく、証明書だけで照会している",
            "a check by PIN was asked for by certificate alone, without a signature",
        ),
        "signature-missing" => ("要求に署名がない", "the request has no signature"),
        "signature-over-base64-nonce" => (
            "署名は RSA として正しいが、乱数の base64 の文字列に対するもの。復号した 32 バイトに署名する",
            "a valid RSA signature, but over the base64 text of the nonce; its 32 decoded bytes are to be signed",
        ),
        "signature-over-base64url-nonce" => (
            "署名は RSA として正しいが、乱数の base64url の文字列に対するもの。復号した 32 バイトに署名する",
            "a valid RSA signature, but over a base64url text of the nonce; its 32 decoded bytes are to be signed",
        ),
        "signature-over-hexadecimal-nonce" => (
            "署名は RSA として正しいが、乱数の16進の文字列に対するもの。32 バイトそのものに署名する",
            "a valid RSA signature, but over the nonce's hexadecimal text; its 32 bytes are to be signed",
        ),
        "signature-over-unhashed-nonce" => (
            "DigestInfo にハッシュではなく乱数そのものが入っている。SHA-256 を計算していない",
            "the DigestInfo holds the nonce itself instead of its SHA-256",
        ),
        "signature-over-hash-twice" => (
            "乱数のハッシュをもう一度ハッシュしている。SHA-256 は一度だけ",
            "the hash of the nonce was hashed again; SHA-256 is taken once",
        ),
        "signature-over-hexadecimal-hash" => (
            "乱数のハッシュの16進の文字列を、もう一度ハッシュしている",
            "the hexadecimal text of the nonce's hash was hashed again",
        ),
        "signature-over-digest-info" => (
            "DigestInfo をもう一度ハッシュしている。DigestInfo はそのままカードに渡す",
            "the DigestInfo was hashed again; it goes to the card as it is",
        ),
        "signature-over-reversed-nonce" => (
            "乱数のバイトの順が逆",
            "the bytes of the nonce are in reversed order",
        ),
        "signature-over-challenge-id" => (
            "乱数ではなく、その番号 (challenge-id) に署名している",
            "the challenge's id was signed instead of its nonce",
        ),
        "signature-over-nothing" => (
            "空のデータに署名している",
            "nothing at all was signed: the hash is that of no bytes",
        ),
        "signature-over-earlier-nonce" => (
            "前に使った乱数に署名している",
            "an earlier nonce was signed, which is used up",
        ),
        "signature-over-another-nonce" => (
            "番号の違う、まだ使っていない乱数に署名している",
            "the nonce of another challenge was signed, which is still open",
        ),
        "signature-over-bare-nonce" => (
            "カードに乱数そのものを渡している。DigestInfo (19 バイトの前置きと SHA-256) を渡す",
            "the card was given the bare nonce; it signs what it gets: a DigestInfo (19 bytes and the SHA-256) is wanted",
        ),
        "signature-over-bare-text" => (
            "カードに乱数の文字列そのものを渡している。DigestInfo (19 バイトの前置きと SHA-256) を渡す",
            "the card was given the text of the nonce; a DigestInfo (19 bytes and the SHA-256) is wanted",
        ),
        "signature-without-digest-info" => (
            "カードにハッシュだけを渡している。DigestInfo の 19 バイトの前置きがない",
            "the card was given the hash alone; the 19 bytes of DigestInfo before it are missing",
        ),
        "signature-over-other-data" => (
            "署名は証明書の鍵によるもので形も正しいが、乱数とは別のデータに対するもの",
            "the signature is by the key of the certificate and well formed, but over other data than the nonce",
        ),
        "signature-with-sha-1" => (
            "ハッシュが SHA-1。SHA-256 を使う",
            "the hash is SHA-1; SHA-256 is wanted",
        ),
        "signature-with-sha-384" => (
            "ハッシュが SHA-384。SHA-256 を使う",
            "the hash is SHA-384; SHA-256 is wanted",
        ),
        "signature-with-sha-512" => (
            "ハッシュが SHA-512。SHA-256 を使う",
            "the hash is SHA-512; SHA-256 is wanted",
        ),
        "signature-with-pss" => (
            "詰め方が RSASSA-PSS。RSASSA-PKCS1-v1_5 を使う",
            "the padding is RSASSA-PSS; RSASSA-PKCS1-v1_5 is wanted",
        ),
        "signature-with-status-word" => (
            "署名の後に、カードの応答の状態コード 9000 が付いている",
            "the status word 9000 of the card's answer stands behind the signature",
        ),
        "signature-reversed" => (
            "署名のバイトの順が逆",
            "the bytes of the signature are in reversed order",
        ),
        "signature-in-hexadecimal" => (
            "署名を16進の文字列にしている。base64 で送る",
            "the signature was written in hexadecimal; base64 is wanted",
        ),
        "signature-encoded-twice" => (
            "署名を二重に base64 にしている",
            "the signature was encoded in base64 twice",
        ),
        "signature-by-another-card" => (
            "別のカードの鍵による署名。送った証明書の鍵ではない",
            "it was made by another card's key than that of the certificate which was sent",
        ),
        _ => return None,
    };
    Some(Wording::new(ja, en))
}
