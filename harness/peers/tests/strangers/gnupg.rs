//! GnuPG's gpgsm, with gnupg-pkcs11-scd in the place of its own scdaemon: that one knows a handful of
//! cards by their applications, and this is none of them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use madoguchi_peers::{Outcome, run};
use openssl::hash::MessageDigest;
use openssl::x509::X509;

use crate::token::{AUTHENTICATION, Token};

#[test]
fn gpgsm_signs_with_the_authentication_key() {
    let test = "gpgsm_signs_with_the_authentication_key";
    let programs = ["gpgsm", "gpg-agent", "gpgconf", "gnupg-pkcs11-scd"];
    let Some(token) = Token::with(&programs, test) else {
        return;
    };
    let home = Home::new(&token);
    token.write("document", "what the holder agrees to\n");
    home.gpgsm(&["--learn-card"]).expect_success();
    let signed = home.gpgsm(&["--detach-sign", "--output", "signature", "document"]);
    signed.expect_success();
    let verify = || home.gpgsm(&["--verify", "signature", "document"]);
    let verified = verify();
    verified.expect_success();
    assert!(
        verified
            .stderr
            .contains("Good signature from \"/CN=TESTONLY"),
        "{verified:#?}"
    );
    token.write("document", "what nobody agreed to\n");
    assert_ne!(verify().code, Some(0), "it verifies anything");
}

/// GnuPG's folder, in which its agent is told what to use.
struct Home<'a> {
    token: &'a Token,
}

impl<'a> Home<'a> {
    fn new(token: &'a Token) -> Self {
        let folder = token.file("gnupg");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        // What types the PIN where a person would.
        let script = format!(
            "#!/bin/sh\necho OK\nwhile read -r said; do case $said in\n\
             GETPIN*) echo 'D {}'; echo OK ;;\nBYE*) echo OK; exit ;;\n*) echo OK ;;\nesac; done\n",
            AUTHENTICATION.pin
        );
        let pinentry = token.write("gnupg/pinentry", script);
        fs::set_permissions(&pinentry, fs::Permissions::from_mode(0o700)).unwrap();
        let program = |name: &str| {
            let found = run(Command::new("sh").args(["-c", &format!("command -v {name}")]));
            found.stdout.trim().to_owned()
        };
        let agent = format!(
            "scdaemon-program {}\npinentry-program {}\n",
            program("gnupg-pkcs11-scd"),
            pinentry.display()
        );
        token.write("gnupg/gpg-agent.conf", agent);
        let module = token.module().display();
        let daemon = format!("providers opensc\nprovider-opensc-library {module}\n");
        token.write("gnupg/gnupg-pkcs11-scd.conf", daemon);
        let authority = token.authority_file(&AUTHENTICATION);
        let certificate = X509::from_pem(&fs::read(&authority).unwrap()).unwrap();
        let digest = certificate.digest(MessageDigest::sha1()).unwrap();
        let digest: String = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        token.write("gnupg/trustlist.txt", format!("{digest} S\n"));
        let home = Self { token };
        let certificate = token.certificate_file(&AUTHENTICATION);
        for file in [authority, certificate] {
            home.gpgsm(&["--import", file.to_str().unwrap()])
                .expect_success();
        }
        home
    }

    fn gpgsm(&self, arguments: &[&str]) -> Outcome {
        let mut gpgsm = self.token.client("gpgsm");
        gpgsm
            .env("GNUPGHOME", self.token.file("gnupg"))
            .args(["--batch", "--no-tty", "--disable-dirmngr"])
            // The addresses in the certificates lead nowhere, and the policies are ours.
            .args(["--disable-crl-checks", "--disable-policy-checks"]);
        run(gpgsm.args(arguments))
    }
}

impl Drop for Home<'_> {
    fn drop(&mut self) {
        // The agent and what it has started go on otherwise.
        let mut gpgconf = self.token.client("gpgconf");
        gpgconf.env("GNUPGHOME", self.token.file("gnupg"));
        run(gpgconf.args(["--kill", "all"]));
    }
}
