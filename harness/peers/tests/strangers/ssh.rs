//! OpenSSH with OpenSC's module: the card's keys as keys to log in with.

use madoguchi_peers::run;

use crate::token::{AUTHENTICATION, Token};

#[test]
fn ssh_reads_the_key_of_the_certificate() {
    let test = "ssh_reads_the_key_of_the_certificate";
    let Some(token) = Token::with(&["ssh-keygen"], test) else {
        return;
    };
    assert!(listed(&token).contains(&of_certificate(&token)));
}

#[test]
fn an_ssh_agent_signs_with_the_authentication_key() {
    let test = "an_ssh_agent_signs_with_the_authentication_key";
    let programs = ["ssh-agent", "ssh-add", "ssh-keygen"];
    let Some(token) = Token::with(&programs, test) else {
        return;
    };
    let key = of_certificate(&token);
    token.write("card.pub", format!("{key}\n"));
    token.write("allowed", format!("holder {key}\n"));
    token.write("document", "what the holder agrees to\n");
    token.write("other", "what nobody agreed to\n");
    // Where a person is asked for the PIN.
    let ask = token.write("ask", format!("#!/bin/sh\necho {}\n", AUTHENTICATION.pin));
    run(token.client("chmod").arg("+x").arg(&ask)).expect_success();
    let script = "ssh-add -s \"$0\"; ssh-add -T card.pub
        ssh-keygen -Y sign -f card.pub -n file document
        ssh-keygen -Y verify -f allowed -I holder -n file -s document.sig <document
        ! ssh-keygen -Y verify -f allowed -I holder -n file -s document.sig <other";
    let mut agent = token.client("ssh-agent");
    agent
        .env("SSH_ASKPASS", &ask)
        .env("SSH_ASKPASS_REQUIRE", "force")
        .args(["sh", "-ec", script])
        .arg(token.module());
    let outcome = run(&mut agent);
    outcome.expect_success();
    assert!(
        outcome
            .stdout
            .contains("Good \"file\" signature for holder"),
        "{outcome:#?}"
    );
}

/// The card's public keys. The signature key is not among them: it is told by its certificate, and
/// that is shown only after the password.
fn listed(token: &Token) -> Vec<String> {
    let outcome = run(token.client("ssh-keygen").arg("-D").arg(token.module()));
    outcome.expect_success();
    // What follows is the name of the key.
    let keys = outcome.stdout.lines();
    keys.map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

/// The key of the authentication certificate, as OpenSSH writes it.
fn of_certificate(token: &Token) -> String {
    let key = token.certificate(&AUTHENTICATION).public_key().unwrap();
    token.write("key.pem", key.public_key_to_pem().unwrap());
    let mut convert = token.client("ssh-keygen");
    let outcome = run(convert.args(["-i", "-m", "PKCS8", "-f", "key.pem"]));
    outcome.expect_success();
    outcome.stdout.trim().to_owned()
}
