//! The client's command before it is started: whether there is such a program, and whether this
//! machine can run it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::finding::Finding;

/// D-31: the parts of the command.
pub(super) fn parts(command: &str) -> Result<Vec<String>, Finding> {
    let parts = shlex::split(command).filter(|parts| !parts.is_empty());
    parts.ok_or_else(|| {
        Finding::new(
            "D-31",
            (
                format!("コマンドとして読めない: {command}"),
                format!("this is no command: {command}"),
            ),
            (
                "引用符を閉じる。空白を含むパスは引用符で囲む",
                "close every quotation mark; put a path with spaces into quotation marks",
            ),
        )
    })
}

/// D-32 … D-35: the program is there and can be run.
pub(super) fn can_run(program: &str) -> Option<Finding> {
    let Some(path) = found(program) else {
        return Some(Finding::new(
            "D-32",
            (
                format!("{program} が見つからない"),
                format!("there is no {program}"),
            ),
            (
                "パスを確かめる。PATH にないプログラムは ./ から書く",
                "look at the path; a program that is not in PATH begins with ./",
            ),
        ));
    };
    not_executable(&path)
        .or_else(|| interpreter_missing(&path))
        .or_else(|| of_another_machine(&path))
}

/// Where the system would find it.
fn found(program: &str) -> Option<PathBuf> {
    if program.contains('/') {
        let path = PathBuf::from(program);
        return path.exists().then_some(path);
    }
    let folders = env::var_os("PATH")?;
    let mut candidates = env::split_paths(&folders).map(|folder| folder.join(program));
    candidates.find(|path| path.exists())
}

#[cfg(unix)]
fn not_executable(path: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;

    let file = fs::metadata(path).ok()?;
    let (ja, en) = if file.is_dir() {
        ("フォルダである", "is a folder")
    } else if file.permissions().mode() & 0o111 == 0 {
        ("実行権限がない", "may not be executed")
    } else {
        return None;
    };
    let path = path.display();
    Some(Finding::new(
        "D-33",
        (format!("{path} は{ja}"), format!("{path} {en}")),
        (
            format!("chmod +x {path}、または処理系を付けて指定する (例 python3 {path})"),
            format!("chmod +x {path}, or name its interpreter (python3 {path})"),
        ),
    ))
}

#[cfg(not(unix))]
const fn not_executable(_: &Path) -> Option<Finding> {
    None
}

/// The longest first line that is looked at, bytes; a kernel takes 255.
const FIRST_LINE: usize = 256;

/// D-34: a script whose interpreter is not there, often because the line ends in CR.
fn interpreter_missing(path: &Path) -> Option<Finding> {
    let head = head(path)?;
    let line = head
        .strip_prefix(b"#!")?
        .split(|byte| *byte == b'\n')
        .next()?;
    let line = String::from_utf8_lossy(line);
    let interpreter = line.trim_start_matches(' ').split(' ').next()?;
    let path = path.display();
    if interpreter.ends_with('\r') || line.ends_with('\r') {
        return Some(Finding::new(
            "D-34",
            (
                format!("{path} の1行目が CR LF で終わる"),
                format!("the first line of {path} ends in CR LF"),
            ),
            (
                format!("sed -i 's/\\r$//' {path}"),
                format!("sed -i 's/\\r$//' {path}"),
            ),
        ));
    }
    (!Path::new(interpreter).exists()).then(|| {
        Finding::new(
            "D-34",
            (
                format!("{path} の処理系 {interpreter} がない"),
                format!("{interpreter}, which is to run {path}, is not there"),
            ),
            (
                "処理系を入れるか、1行目を直す (例 #!/usr/bin/env python3)",
                "install it, or mend the first line (#!/usr/bin/env python3)",
            ),
        )
    })
}

/// D-35: an ELF file for another processor.
fn of_another_machine(path: &Path) -> Option<Finding> {
    let head = head(path)?;
    let built_for = machine(&head)?;
    (!is_this(built_for)).then(|| {
        let path = path.display();
        Finding::new(
            "D-35",
            (
                format!("{path} は別の機種のプログラム (ELF machine {built_for})"),
                format!("{path} is a program for another machine (ELF machine {built_for})"),
            ),
            (
                format!("{} 用にビルドする", env::consts::ARCH),
                format!("build it for {}", env::consts::ARCH),
            ),
        )
    })
}

/// `e_machine` of an ELF file with its low byte first.
pub(super) fn machine(head: &[u8]) -> Option<u16> {
    let is_elf = head.starts_with(b"\x7FELF") && head.get(5) == Some(&1);
    let machine = head.get(18..20)?.try_into().ok()?;
    is_elf.then(|| u16::from_le_bytes(machine))
}

/// Whether this machine runs programs of that number (System V ABI, e_machine). An unknown processor
/// runs everything, as far as is known here.
pub(super) fn is_this(machine: u16) -> bool {
    match env::consts::ARCH {
        "x86_64" => machine == 62 || machine == 3,
        "aarch64" => machine == 183 || machine == 40,
        "riscv64" => machine == 243,
        _ => true,
    }
}

/// The beginning of a file.
pub(super) fn head(path: &Path) -> Option<Vec<u8>> {
    use std::io::Read as _;

    let mut head = Vec::new();
    let file = fs::File::open(path).ok()?;
    file.take(FIRST_LINE as u64).read_to_end(&mut head).ok()?;
    Some(head)
}
