//! How each platform is told to trust the root, and to forget it again. The names of files are
//! those that the first line of each list writes.

use std::io::{self, Write};

use madoguchi_terms::Lang;

/// The password of an exported PKCS#12 file: the file holds nothing secret, but its readers ask.
pub(super) const PASSWORD: &str = "madoguchi";

/// One platform: what it is, how it trusts, how it forgets.
struct Recipe {
    platform: [&'static str; 2],
    trust: &'static [&'static str],
    untrust: &'static [&'static str],
}

/// Everybody, in the order in which they are told.
const RECIPES: &[Recipe] = &[
    Recipe {
        platform: ["Windows (現在の利用者)", "Windows (the current user)"],
        trust: &["certutil -user -addstore Root madoguchi-root.pem"],
        untrust: &["certutil -user -delstore Root \"madoguchi TLS root\""],
    },
    Recipe {
        platform: ["macOS (現在の利用者)", "macOS (the current user)"],
        trust: &[
            "security add-trusted-cert -r trustRoot -p ssl -k ~/Library/Keychains/login.keychain-db madoguchi-root.pem",
        ],
        untrust: &[
            "security remove-trusted-cert madoguchi-root.pem",
            "security delete-certificate -c \"madoguchi TLS root\" ~/Library/Keychains/login.keychain-db",
        ],
    },
    Recipe {
        platform: [
            "Android (試験用ビルドの res/xml/network_security_config.xml、証明書は res/raw/madoguchi_root.pem)",
            "Android (res/xml/network_security_config.xml of a debug build, the certificate as res/raw/madoguchi_root.pem)",
        ],
        trust: &[
            "<network-security-config>",
            "  <debug-overrides>",
            "    <trust-anchors><certificates src=\"@raw/madoguchi_root\"/></trust-anchors>",
            "  </debug-overrides>",
            "</network-security-config>",
        ],
        untrust: &["rm res/raw/madoguchi_root.pem   # and the <debug-overrides> above"],
    },
    Recipe {
        platform: ["Node.js", "Node.js"],
        trust: &["export NODE_EXTRA_CA_CERTS=\"$PWD/madoguchi-root.pem\""],
        untrust: &["unset NODE_EXTRA_CA_CERTS"],
    },
    Recipe {
        platform: [
            "Java (アプリ専用のトラストストア)",
            "Java (a trust store for the app alone)",
        ],
        trust: &[
            "keytool -importcert -noprompt -alias madoguchi -file madoguchi-root.pem -keystore madoguchi-trust.p12 -storetype PKCS12 -storepass {password}",
            "java -Djavax.net.ssl.trustStore=madoguchi-trust.p12 -Djavax.net.ssl.trustStorePassword={password} …",
        ],
        untrust: &[
            "keytool -delete -alias madoguchi -keystore madoguchi-trust.p12 -storepass {password}",
        ],
    },
    Recipe {
        platform: [
            "Debian / Ubuntu (機械全体、root)",
            "Debian / Ubuntu (the whole machine, as root)",
        ],
        trust: &[
            "cp madoguchi-root.pem /usr/local/share/ca-certificates/madoguchi-root.crt",
            "update-ca-certificates",
        ],
        untrust: &[
            "rm /usr/local/share/ca-certificates/madoguchi-root.crt",
            "update-ca-certificates --fresh",
        ],
    },
    Recipe {
        platform: [
            "Firefox / Chromium (NSS。Firefox は -d sql:プロファイルのフォルダ)",
            "Firefox / Chromium (NSS; for Firefox -d sql:FOLDER-OF-THE-PROFILE)",
        ],
        trust: &["certutil -A -d sql:$HOME/.pki/nssdb -n madoguchi -t C,, -i madoguchi-root.pem"],
        untrust: &["certutil -D -d sql:$HOME/.pki/nssdb -n madoguchi"],
    },
];

/// The commands by which devices trust the root.
pub(super) fn trust(out: &mut dyn Write, lang: Lang) -> io::Result<()> {
    let note = lang.pick(
        "# この試験用ルートを信頼させるコマンドです。madoguchi は実行しません。ルートは localhost、*.test、\n# 127.0.0.1、::1 だけを保証でき、30日で失効します。試験が終わったら madoguchi ca untrust の手順で取り消してください。",
        "# Commands that make a device trust this test root. madoguchi runs none of them. The root can vouch\n# for localhost, *.test, 127.0.0.1 and ::1 only, and ends after 30 days. When you are done, undo it:\n# madoguchi ca untrust",
    );
    writeln!(out, "{note}\n")?;
    let first = lang.pick("はじめに", "First");
    writeln!(
        out,
        "{first}\n  madoguchi ca export --out madoguchi-root.pem"
    )?;
    list(out, lang, |recipe| recipe.trust)
}

/// The commands by which devices forget the root.
pub(super) fn untrust(out: &mut dyn Write, lang: Lang) -> io::Result<()> {
    let note = lang.pick(
        "# 試験用ルートの信頼を取り消すコマンドです。madoguchi は実行しません。",
        "# Commands that make a device forget the test root. madoguchi runs none of them.",
    );
    writeln!(out, "{note}")?;
    list(out, lang, |recipe| recipe.untrust)
}

fn list(
    out: &mut dyn Write,
    lang: Lang,
    lines: impl Fn(&Recipe) -> &'static [&'static str],
) -> io::Result<()> {
    for recipe in RECIPES {
        let [ja, en] = recipe.platform;
        writeln!(out, "\n{}", lang.pick(ja, en))?;
        for line in lines(recipe) {
            writeln!(out, "  {}", line.replace("{password}", PASSWORD))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recipes_read_well_in_both_languages() {
        for lang in Lang::ALL {
            let mut text = Vec::new();
            trust(&mut text, lang).unwrap();
            text.extend(b"\n----\n");
            untrust(&mut text, lang).unwrap();
            insta::assert_snapshot!(format!("recipes-{lang}"), String::from_utf8(text).unwrap());
        }
    }
}
