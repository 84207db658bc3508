//! The remark behind each line of a draft: why the line is there. Written for people in their language,
//! and read again where a user wants to know what else the line could be.

use madoguchi_terms::Lang;

use crate::draft::Mark;

/// The remark without the place where something was seen.
pub(crate) fn written(mark: &Mark, lang: Lang) -> String {
    match mark {
        Mark::Read => lang.pick("記録", "read").to_owned(),
        Mark::Implied => lang.pick("含意", "implied").to_owned(),
        Mark::OneOf(of) => {
            let (count, of) = (of.len(), of.join(", "));
            lang.pick(
                format!("候補 {count} つの一つ ({of})"),
                format!("one of {count} ({of})"),
            )
        }
        Mark::FilledIn => lang.pick("補完", "filled in").to_owned(),
    }
}

/// The mark that a remark of either language tells; nothing where it is an author's own.
pub(crate) fn read(remark: &str) -> Option<Mark> {
    let remark = remark.trim();
    let (why, _) = remark.split_once(": ").unwrap_or((remark, ""));
    let simple = [Mark::Read, Mark::Implied, Mark::FilledIn];
    let mut simple = simple.into_iter();
    let known = simple.find(|mark| Lang::ALL.iter().any(|lang| written(mark, *lang) == why));
    known.or_else(|| {
        let is_choice = ["候補 ", "one of "]
            .iter()
            .any(|word| remark.starts_with(word));
        let (_, rest) = remark.split_once(" (").filter(|_| is_choice)?;
        let (of, _) = rest.rsplit_once(')')?;
        Some(Mark::OneOf(candidates(of)))
    })
}

/// A candidate may have commas of its own within its brackets.
fn candidates(of: &str) -> Vec<String> {
    let mut candidates: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    for piece in of.split(", ") {
        match candidates.last_mut().filter(|_| depth > 0) {
            Some(last) => {
                last.push_str(", ");
                last.push_str(piece);
            }
            None => candidates.push(piece.to_owned()),
        }
        depth += piece.matches(['{', '[']).count();
        depth = depth.saturating_sub(piece.matches(['}', ']']).count());
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_reads_back_in_both_languages() {
        let of = [
            "torn",
            "torn: { carried-out: true }",
            "seen: { from: 0d, to: 0d }",
        ];
        let of = of.map(str::to_owned);
        for mark in [
            Mark::Read,
            Mark::Implied,
            Mark::FilledIn,
            Mark::OneOf(of.into()),
        ] {
            for lang in Lang::ALL {
                let remark = written(&mark, lang);
                assert_eq!(read(&remark).as_ref(), Some(&mark), "{remark}");
                let with_place = format!("{remark}: log 2 pcscd 812");
                assert_eq!(read(&with_place).as_ref(), Some(&mark), "{with_place}");
            }
        }
        for own in ["", "read this first", "one of them", "TODO (a, b)"] {
            assert_eq!(read(own), None, "{own}");
        }
    }
}
