//! The system packages: which are missing, and how they get here. Nothing is installed without
//! saying so first, and `sudo` is never called.

use std::process::{Command, Stdio};

use crate::say;

/// What the whole suite needs: libpcsclite, oracles, and the programs written by strangers.
pub(crate) const SUITE: &[&str] = &[
    "pkg-config",
    "libpcsclite-dev",
    "libssl-dev",
    "openssl",
    "opensc",
    "pcsc-tools",
    "python3-pyscard",
];

/// What some of the strangers need and the suite can do without: their tests are skipped where it
/// is missing. `ip`, a C# compiler, parsers of certificates, and programs that sign with the card
/// through OpenSC's PKCS#11 module. Node.js with npm is used where it is, and so is a JDK, which is too large to be
/// installed for one test.
///
/// pcscd and vsmartcard's driver are not among them: their tests fetch the packages and unpack them,
/// since an installed driver would listen on every address of this machine.
pub(crate) const STRANGERS: &[&str] = &[
    "iproute2",
    "mono-mcs",
    "mono-runtime",
    "libmono-system-core4.0-cil",
    "curl",
    "gnupg-pkcs11-scd",
    "gnutls-bin",
    "gpg-agent",
    "gpgsm",
    "libengine-pkcs11-openssl",
    "libnss3-tools",
    "openssh-client",
    "opensc-pkcs11",
    "python3-asn1crypto",
    "python3-cryptography",
];

/// Installs what of `wanted` is missing where that can be done without asking anybody, and goes on
/// without it otherwise.
pub(crate) fn offer(wanted: &[&'static str]) {
    if is_root()
        && works("dpkg-query", &["--version"])
        && let Err(why) = ensure(wanted)
    {
        eprintln!("{why}");
    }
}

/// Makes sure that `wanted` are installed.
///
/// # Errors
/// Says what to run where this program cannot install them itself.
pub(crate) fn ensure(wanted: &[&'static str]) -> Result<(), String> {
    if !works("dpkg-query", &["--version"]) {
        eprintln!(
            "{}",
            say(
                &format!(
                    "Debian 系ではないため、次のパッケージに当たるものを確認してください: {}",
                    wanted.join(" ")
                ),
                &format!(
                    "This is not a Debian system; make sure that you have the equivalents of: {}",
                    wanted.join(" ")
                ),
            )
        );
        return Ok(());
    }
    let missing: Vec<_> = wanted
        .iter()
        .copied()
        .filter(|name| !installed(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !is_root() {
        return Err(say(
            &format!(
                "パッケージが足りません: {names}\n  次を実行してから、もう一度お試しください:\n  sudo apt-get install --no-install-recommends {names}"
            ),
            &format!(
                "packages are missing: {names}\n  run this, then try again:\n  sudo apt-get install --no-install-recommends {names}"
            ),
        ));
    }
    eprintln!(
        "{}",
        say(
            &format!("不足: {names}    apt-get で導入します (root)"),
            &format!("Missing: {names}    installing with apt-get (root)"),
        )
    );
    apt_get(&["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(missing);
    apt_get(&install)
}

fn apt_get(args: &[&str]) -> Result<(), String> {
    let output = Command::new("apt-get")
        .arg("-qq")
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("apt-get: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "apt-get {} failed:\n{}{}",
        args.join(" "),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    ))
}

fn installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output()
        .is_ok_and(|output| output.stdout == b"installed")
}

fn works(program: &str, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|of_this_process| of_this_process.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
