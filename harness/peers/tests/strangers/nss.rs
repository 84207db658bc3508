//! NSS (Firefox, Thunderbird) with OpenSC's module in its database.

use madoguchi_peers::run;

use crate::token::{AUTHENTICATION, SIGNATURE, Token};

#[test]
fn nss_lists_certificates_and_keys() {
    let test = "nss_lists_certificates_and_keys";
    let Some(token) = Token::with(&["modutil", "certutil"], test) else {
        return;
    };
    let database = database(&token);
    for (key, name) in [
        (AUTHENTICATION, "User Authentication"),
        (SIGNATURE, "Digital Signature"),
    ] {
        token.write("pin", key.pin);
        let listed = |what: &str| {
            let mut certutil = token.client("certutil");
            certutil.args([what, "-d", &database, "-h", key.token, "-f", "pin"]);
            let outcome = run(&mut certutil);
            outcome.expect_success();
            outcome.stdout
        };
        let certificates = listed("-L");
        let certificate = format!("{}:{name} Certificate", key.token);
        let line = certificates
            .lines()
            .find(|line| line.starts_with(&certificate));
        // A certificate whose key is there.
        assert!(
            line.is_some_and(|line| line.ends_with("u,u,u")),
            "{certificates}"
        );
        assert!(listed("-K").contains(&format!("{name} Key")));
    }
}

/// A new database that knows the module; the authentication key's PIN lies in the file `pin`.
pub(crate) fn database(token: &Token) -> String {
    let folder = token.file("nssdb");
    std::fs::create_dir(&folder).unwrap();
    token.write("pin", AUTHENTICATION.pin);
    let database = format!("sql:{}", folder.display());
    let mut new = token.client("certutil");
    run(new.args(["-N", "-d", &database, "--empty-password"])).expect_success();
    let mut add = token.client("modutil");
    add.args(["-force", "-dbdir", &database, "-add", "opensc", "-libfile"]);
    run(add.arg(token.module())).expect_success();
    database
}
