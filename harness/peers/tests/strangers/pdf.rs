//! pyHanko (PyPI) signs a PDF with the signature key and validates it.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use madoguchi_peers::{have, made_once, run, run_within, skip};

use crate::token::{SIGNATURE, Token};

const PACKAGES: [&str; 2] = ["pyHanko[pkcs11]==0.38.0", "pyhanko-cli==0.6.0"];

/// How long a registry may take.
const INSTALLATION: Duration = Duration::from_secs(300);

#[test]
fn pyhanko_signs_a_pdf() {
    let test = "pyhanko_signs_a_pdf";
    if !have("python3", test) {
        return;
    }
    let pyhanko = match installed() {
        Ok(pyhanko) => pyhanko,
        Err(why) => return skip(test, &why),
    };
    let Some(token) = Token::with(&[], test) else {
        return;
    };
    let authority = token.authority_file(&SIGNATURE);
    let config = format!(
        "pkcs11-setups:\n  card:\n    module-path: {}\n    token-label: {}\n    \
         cert-label: Digital Signature Certificate\n    key-label: Digital Signature Key\n    \
         user-pin: {}\nvalidation-contexts:\n  card:\n    trust: {}\n    trust-replace: true\n",
        token.module().display(),
        SIGNATURE.token,
        SIGNATURE.pin,
        authority.display()
    );
    token.write("pyhanko.yml", config);
    token.write("document.pdf", page());
    let pyhanko = |arguments: &[&str]| {
        let mut command = token.client(pyhanko.to_str().unwrap());
        run(command
            .args(["--config", "pyhanko.yml", "sign"])
            .args(arguments))
    };
    let card = ["pkcs11", "--p11-setup", "card"];
    let files = ["document.pdf", "signed.pdf"];
    let sign = [&["addsig", "--field", "Signature"], &card[..], &files[..]];
    pyhanko(&sign.concat()).expect_success();
    let validated = pyhanko(&[
        "validate",
        "--validation-context",
        "card",
        "--no-revocation-check",
        "--pretty-print",
        "signed.pdf",
    ]);
    validated.expect_success();
    assert!(
        validated.stdout.contains("The signature is judged VALID."),
        "{validated:#?}"
    );
}

fn installed() -> Result<PathBuf, String> {
    let folder = made_once("pyhanko-0.38.0", |folder| {
        let environment = folder.join("venv");
        let mut venv = Command::new("python3");
        step(venv.args(["-m", "venv"]).arg(&environment))?;
        let mut pip = Command::new(environment.join("bin/python"));
        step(pip.args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))
    })?;
    Ok(folder.join("venv/bin/pyhanko"))
}

fn step(command: &mut Command) -> Result<(), String> {
    let outcome = run_within(INSTALLATION, command);
    match outcome.code {
        Some(0) => Ok(()),
        _ => Err(format!(
            "pip cannot install pyHanko: {}",
            outcome.stderr.lines().last().unwrap_or("it failed")
        )),
    }
}

/// A document with an empty page.
fn page() -> String {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ];
    let mut text = "%PDF-1.7\n".to_owned();
    let mut table = "xref\n0 4\n0000000000 65535 f \n".to_owned();
    for (object, number) in objects.iter().zip(1..) {
        table += &format!("{:010} 00000 n \n", text.len());
        text += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = text.len();
    format!("{text}{table}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n")
}
