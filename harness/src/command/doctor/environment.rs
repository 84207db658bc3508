//! Variables of the environment that every client inherits, and what they do to it.

use std::ffi::OsString;
use std::path::Path;

use jiff::tz::TimeZone;

use super::finding::Finding;

/// Looks a variable up.
pub(super) type Variables<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// D-07 … D-14, each once.
pub(super) fn variables(of: Variables<'_>) -> Vec<Finding> {
    let text = |name: &str| {
        let value = of(name).filter(|value| !value.is_empty());
        value.map(|value| value.to_string_lossy().into_owned())
    };
    let found = [
        locale(&text),
        time_zone(&text),
        proxy(&text),
        roots(&text),
        key_log(&text),
        no_blocking(&text),
        preloaded(&text),
        closed_counter(&text),
    ];
    found.into_iter().flatten().collect()
}

type Texts<'a> = &'a dyn Fn(&str) -> Option<String>;

/// D-07: names of people come as UTF-8, and a client may go by the locale.
fn locale(of: Texts<'_>) -> Option<Finding> {
    let (name, value) = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| of(name).map(|value| (name, value)))?;
    let (_, charset) = value.split_once('.')?;
    let charset = charset.split('@').next().unwrap_or_default();
    let is_utf_8 = charset.to_ascii_lowercase().replace('-', "") == "utf8";
    (!is_utf_8).then(|| {
        Finding::new(
            "D-07",
            (
                format!("{name}={value}: 文字コードが UTF-8 ではない"),
                format!("{name}={value}: its characters are not UTF-8"),
            ),
            ("export LC_ALL=C.UTF-8", "export LC_ALL=C.UTF-8"),
        )
    })
}

/// D-08: dates of birth and of loss are dates of Japan; a client with an unknown zone takes UTC.
fn time_zone(of: Texts<'_>) -> Option<Finding> {
    let value = of("TZ")?;
    let name = value.trim_start_matches(':');
    let known =
        TimeZone::posix(name).is_ok() || TimeZone::get(name).is_ok() || Path::new(name).is_file();
    (!known).then(|| {
        Finding::new(
            "D-08",
            (
                format!("TZ={value}: そのような時間帯はない"),
                format!("TZ={value}: there is no such time zone"),
            ),
            (
                "apt-get install tzdata、または export TZ=JST-9",
                "apt-get install tzdata, or export TZ=JST-9",
            ),
        )
    })
}

/// D-09: the service listens on 127.0.0.1; through a proxy no client reaches it.
fn proxy(of: Texts<'_>) -> Option<Finding> {
    const SET: [&str; 6] = [
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
        "http_proxy",
        "HTTP_PROXY",
    ];
    let (name, value) = SET
        .into_iter()
        .find_map(|name| of(name).map(|value| (name, value)))?;
    let spared = of("no_proxy")
        .or_else(|| of("NO_PROXY"))
        .unwrap_or_default();
    let mut spared = spared.split(',').map(str::trim);
    let is_spared = spared.any(|host| matches!(host, "*" | "127.0.0.1" | "127.0.0.0/8"));
    (!is_spared).then(|| {
        Finding::new(
            "D-09",
            (
                format!("{name}={value} が設定され、127.0.0.1 が除外されていない"),
                format!("{name}={value} is set, and 127.0.0.1 is not spared"),
            ),
            (
                "export NO_PROXY=127.0.0.1,localhost",
                "export NO_PROXY=127.0.0.1,localhost",
            ),
        )
    })
}

/// D-10: a client whose TLS library looks there finds no root at all.
fn roots(of: Texts<'_>) -> Option<Finding> {
    let (name, value) = [
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "NODE_EXTRA_CA_CERTS",
        "REQUESTS_CA_BUNDLE",
    ]
    .into_iter()
    .filter_map(|name| of(name).map(|value| (name, value)))
    .find(|(_, value)| !Path::new(value).exists())?;
    Some(Finding::new(
        "D-10",
        (
            format!("{name}={value}: 存在しない"),
            format!("{name}={value}: there is no such thing"),
        ),
        (format!("unset {name}"), format!("unset {name}")),
    ))
}

/// D-11: every TLS key of the run would lie in a file.
fn key_log(of: Texts<'_>) -> Option<Finding> {
    let value = of("SSLKEYLOGFILE")?;
    Some(Finding::new(
        "D-11",
        (
            format!("SSLKEYLOGFILE={value}: TLS の鍵がファイルに残る"),
            format!("SSLKEYLOGFILE={value}: the keys of TLS are written down"),
        ),
        ("unset SSLKEYLOGFILE", "unset SSLKEYLOGFILE"),
    ))
}

/// D-12: libpcsclite then says 8010000B where it otherwise waits, and a client looks worse than it is.
fn no_blocking(of: Texts<'_>) -> Option<Finding> {
    of("PCSCLITE_NO_BLOCKING")?;
    Some(Finding::new(
        "D-12",
        (
            "PCSCLITE_NO_BLOCKING: 他のソフトがカードを使う間、待たずに 8010000B が返る",
            "PCSCLITE_NO_BLOCKING: calls that wait for another program say 8010000B instead",
        ),
        ("unset PCSCLITE_NO_BLOCKING", "unset PCSCLITE_NO_BLOCKING"),
    ))
}

/// D-13: a library in front of all others that is not there, or that writes down what a PC/SC program
/// says to the card, PINs too.
fn preloaded(of: Texts<'_>) -> Option<Finding> {
    let value = of("LD_PRELOAD")?;
    let libraries = || {
        value
            .split([' ', ':'])
            .filter(|library| !library.is_empty())
    };
    let spy = libraries().find(|library| library.contains("pcscspy"));
    let missing = libraries().find(|library| library.contains('/') && !Path::new(library).exists());
    let seen = match (spy, missing) {
        (Some(spy), _) => (
            format!("LD_PRELOAD={spy}: 暗証番号を含む通信が記録される"),
            format!("LD_PRELOAD={spy}: it writes down every APDU, PINs too"),
        ),
        (None, Some(missing)) => (
            format!("LD_PRELOAD={missing}: 存在しない"),
            format!("LD_PRELOAD={missing}: there is no such library"),
        ),
        (None, None) => return None,
    };
    Some(Finding::new(
        "D-13",
        seen,
        ("unset LD_PRELOAD", "unset LD_PRELOAD"),
    ))
}

/// D-14: what `serve` printed for a counter that is closed by now.
fn closed_counter(of: Texts<'_>) -> Option<Finding> {
    let value = of("MADOGUCHI_CONTROL")?;
    (!is_answered(Path::new(&value))).then(|| {
        Finding::new(
            "D-14",
            (
                format!("MADOGUCHI_CONTROL={value}: 窓口はもう開いていない"),
                format!("MADOGUCHI_CONTROL={value}: that counter is closed"),
            ),
            (
                "madoguchi serve を起動し、表示された値を設定し直す。または unset MADOGUCHI_CONTROL",
                "start madoguchi serve and set what it prints, or unset MADOGUCHI_CONTROL",
            ),
        )
    })
}

#[cfg(unix)]
fn is_answered(socket: &Path) -> bool {
    std::os::unix::net::UnixStream::connect(socket).is_ok()
}

#[cfg(not(unix))]
const fn is_answered(_: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(set: &[(&str, &str)]) -> Vec<&'static str> {
        let of = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(*value))
        };
        let findings = variables(&of);
        findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_usual_environment_is_well() {
        assert_eq!(codes(&[]), [""; 0]);
        assert_eq!(codes(&[("LANG", "ja_JP.UTF-8"), ("TZ", "JST-9")]), [""; 0]);
        assert_eq!(codes(&[("LC_ALL", "C"), ("TZ", "JST-9")]), [""; 0]);
        let spared = [
            ("HTTPS_PROXY", "http://proxy.invalid:3128"),
            ("no_proxy", "localhost, 127.0.0.1"),
        ];
        assert_eq!(codes(&spared), [""; 0]);
    }

    #[test]
    fn each_variable_that_spoils_a_run_has_its_code() {
        for (name, value, code) in [
            ("LANG", "ja_JP.eucJP", "D-07"),
            ("TZ", "Asia/Tokio", "D-08"),
            ("HTTPS_PROXY", "http://proxy.invalid:3128", "D-09"),
            ("SSL_CERT_FILE", "/nowhere/roots.pem", "D-10"),
            ("SSLKEYLOGFILE", "/tmp/keys", "D-11"),
            ("PCSCLITE_NO_BLOCKING", "1", "D-12"),
            ("LD_PRELOAD", "/nowhere/lib.so", "D-13"),
            ("LD_PRELOAD", "libpcscspy.so.0", "D-13"),
        ] {
            assert_eq!(codes(&[(name, value)]), [code], "{name}={value}");
        }
    }
}
