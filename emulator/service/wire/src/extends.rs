//! `extends:`: a profile that states only how it differs from a built-in one. Entries that it has
//! count, `~` leaves one out, and `names` renames what is on the wire of the other.

mod names;

use madoguchi_notation::{Diagnostic, Diagnostics, Layered, Node, nearest};

/// The built-in profiles by name.
pub(crate) type Builtin<'a> = [(&'a str, &'a str)];

/// The whole profile: the text itself, or what it says over what it extends.
pub(crate) fn whole(file: &str, text: &str, builtin: &Builtin<'_>) -> Result<Layered, Diagnostics> {
    // Most profiles extend none; looking into one takes as long as reading it.
    if !text.contains("extends") {
        return Ok(Layered::of(file, text));
    }
    let own = Node::read(file, text)?;
    let Some(extended) = own.entries().find(|entry| entry.key() == "extends") else {
        return Ok(Layered::of(file, text));
    };
    let below = extended.value.text().unwrap_or_default();
    let head = format!("# What {file} says, over what it has from {below}.\n");
    let mut chain = Vec::new();
    Ok(laid(own, builtin, &mut chain)?.written(file, &head, is_open))
}

/// A profile over the one that it extends, over the one that that extends.
fn laid<'a>(
    mut own: Node,
    builtin: &Builtin<'a>,
    chain: &mut Vec<String>,
) -> Result<Node, Diagnostics> {
    let name = own.get_mut("profile").and_then(|name| name.text());
    chain.push(name.unwrap_or_default().to_owned());
    let Some(extends) = own.take("extends") else {
        return Ok(own);
    };
    let name = extends.text().unwrap_or_default();
    if chain.iter().any(|known| known == name) {
        let way = chain.join(" → ");
        return Err(extends.wrong(
            Diagnostic::new(
                "extends-itself",
                format!("\"{name}\" は自分自身をもとにしています"),
                format!("\"{name}\" extends itself"),
            )
            .hint(
                format!("profile: に別の名前をつけてください ({way} → {name})"),
                format!("give profile: a name of its own ({way} → {name})"),
            ),
        ));
    }
    let names: Vec<&str> = builtin.iter().map(|(name, _)| *name).collect();
    let Some((_, text)) = builtin.iter().find(|(known, _)| *known == name) else {
        return Err(extends.wrong(
            Diagnostic::new(
                "unknown-profile",
                format!("もとにするプロファイル \"{name}\" はありません"),
                format!("there is no profile \"{name}\" to extend"),
            )
            .candidate(nearest(name, names.iter().copied()))
            .hint(
                format!("組み込みのもの: {}", names.join(", ")),
                format!("built in are {}", names.join(", ")),
            ),
        ));
    };
    let lower = Node::read(&format!("{name}.yaml"), text)?;
    let mut whole = laid(lower, builtin, chain)?;
    // What it is called and what it is, it says itself.
    for key in ["profile", "about"] {
        if own.get_mut(key).is_none() {
            return Err(own.wrong(Diagnostic::missing_key(key)));
        }
    }
    if let Some(names) = own.take("names") {
        names::rename(&mut whole, &names)?;
    }
    whole.lay(own, is_open)?;
    Ok(whole)
}

/// Sections and their entries are joined one by one: replies down to the last key, operations down
/// to their fields. A value of one thing, such as a place or a decision's spelling, is whole.
fn is_open(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] => true,
        ["replies", ..] => true,
        ["operations", rest @ ..] => {
            matches!(rest, [] | [_] | [_, "take" | "each"] | [_, "each", "take"])
        }
        [section] => ["about", "assumptions", "rules", "decisions"].contains(section),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND: &Builtin<'_> = &[
        ("one", "profile: one\nextends: two\n"),
        ("two", "profile: two\nextends: one\n"),
        ("base", "profile: base\nabout: x\nrules: { a: 1 }\n"),
        (
            "next",
            "profile: next\nabout: y\nextends: base\nrules: { b: 2 }\n",
        ),
    ];

    #[test]
    fn a_circle_is_refused_where_it_closes() {
        let wrong = whole("mine.yaml", "profile: mine\nextends: one\n", ROUND).unwrap_err();
        let text = wrong.to_string();
        assert!(
            text.starts_with("two.yaml:2:10: \"one\" extends itself"),
            "{text}"
        );
        let text = "profile: base\nextends: base\n";
        let wrong = whole("mine.yaml", text, ROUND).unwrap_err().to_string();
        assert!(wrong.starts_with("mine.yaml:2:10: "), "{wrong}");
    }

    #[test]
    fn a_profile_may_extend_one_that_extends_another() {
        let text = "profile: mine\nabout: z\nextends: next\nrules: { a: 3 }\n";
        let whole = whole("mine.yaml", text, ROUND).unwrap();
        let wanted = "# What mine.yaml says, over what it has from next.\n\
                      profile: mine\nabout: z\nrules:\n  a: 3\n  b: 2\n";
        assert_eq!(whole.text(), wanted);
    }
}
