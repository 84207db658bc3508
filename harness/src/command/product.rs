//! What the product under test is called where it does not say so itself: by the vendor's statement,
//! or by the file that is run.

use std::path::Path;

use madoguchi_requirements::statement::Product;

use super::claim::Claim;

/// Programs that run a program: the product is what they are given. A name may go on with a version,
/// as in `python3.12`.
const INTERPRETERS: &[&str] = &[
    "bash",
    "bun",
    "cscript",
    "deno",
    "dotnet",
    "env",
    "java",
    "javaw",
    "mono",
    "node",
    "perl",
    "php",
    "powershell",
    "pwsh",
    "py",
    "python",
    "pythonw",
    "ruby",
    "sh",
    "wine",
    "wscript",
];

/// The product as its vendor's statement names it; without one, the file that is run and no version.
pub(super) fn product(claim: Option<&Claim>, argv: &[String]) -> Product {
    match claim {
        Some(claim) => claim.product().clone(),
        None => Product {
            name: file_name(argv),
            version: String::new(),
        },
    }
}

/// The name of the file that is run: the program, or the first file that its interpreter is given.
pub(super) fn file_name(argv: &[String]) -> String {
    let [program, arguments @ ..] = argv else {
        return String::new();
    };
    let mut files = arguments.iter().filter(|word| Path::new(word).is_file());
    let script = files.next().filter(|_| is_interpreter(program));
    let run = script.unwrap_or(program);
    let name = Path::new(run).file_name();
    name.map_or_else(|| run.clone(), |name| name.to_string_lossy().into_owned())
}

fn is_interpreter(program: &str) -> bool {
    let name = Path::new(program).file_name().unwrap_or_default();
    let name = name.to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    INTERPRETERS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreter_is_not_the_product() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("importer.py");
        std::fs::write(&script, "").unwrap();
        let script = script.to_string_lossy().into_owned();
        let name = |argv: &[&str]| file_name(&argv.iter().map(|&w| w.into()).collect::<Vec<_>>());
        for program in ["python3", "/usr/bin/python3.12", "PYTHON.EXE", "env"] {
            assert_eq!(name(&[program, "-u", &script]), "importer.py", "{program}");
        }
        assert_eq!(name(&["/opt/receipt/app", &script]), "app");
        assert_eq!(name(&["python3", "-c", "pass"]), "python3");
        assert_eq!(name(&["./app", "--defect", "x"]), "app");
        assert_eq!(name(&[&script]), "importer.py");
    }
}
