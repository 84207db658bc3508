//! Markdown as plain text of a given width: paragraphs wrapped, tables as a term and its meaning, code as
//! it stands. What the manual's pages use is known here, and nothing else of Markdown.

use std::iter::Peekable;
use std::str::Lines;

use madoguchi_report::width::{width, wrapped};

/// How far the meaning of a table's row and a piece of code are set in.
const INDENT: usize = 4;

/// The text for a terminal of so many columns. Code is never broken.
pub(super) fn plain(markdown: &str, columns: usize) -> String {
    let mut lines = markdown.lines().peekable();
    let mut out = String::new();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let code = lines.by_ref().take_while(|line| !line.starts_with("```"));
            code.for_each(|line| put(&mut out, INDENT, line));
        } else if let Some(heading) = line.strip_prefix('#') {
            let (title, rule) = match heading.strip_prefix('#') {
                None => (heading, "="),
                Some(lower) => (lower.trim_start_matches('#'), "-"),
            };
            let title = inline(title.trim());
            put(&mut out, 0, &title);
            put(&mut out, 0, &rule.repeat(width(&title)));
        } else if line.starts_with('|') {
            // The first two lines are the table's head.
            lines.next();
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                put_row(&mut out, row, columns);
            }
        } else if let Some(item) = line.strip_prefix("- ") {
            let item = joined(item, &mut lines, |line| line.starts_with("  "));
            for (at, line) in wrapped(&inline(&item), columns - 2).iter().enumerate() {
                put(
                    &mut out,
                    0,
                    &format!("{}{line}", if at == 0 { "- " } else { "  " }),
                );
            }
        } else if line.is_empty() {
            out.push('\n');
        } else if !line.starts_with("<!--") {
            let is_more =
                |line: &str| !line.is_empty() && !line.starts_with(['|', '#', '`', '<', '-']);
            let paragraph = joined(line, &mut lines, |line| {
                is_more(line) || line.starts_with("`") && !line.starts_with("```")
            });
            for line in wrapped(&inline(&paragraph), columns) {
                put(&mut out, 0, &line);
            }
        }
    }
    out
}

fn put(out: &mut String, indent: usize, line: &str) {
    if !line.is_empty() {
        out.push_str(&" ".repeat(indent));
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

/// A row of a table: the term, and what is said of it.
fn put_row(out: &mut String, row: &str, columns: usize) {
    let row = row.trim().trim_matches('|');
    let mut cells = row.split(" | ").map(|cell| inline(cell.trim()));
    let term = cells.next().unwrap_or_default();
    for line in wrapped(&term, columns - 2) {
        put(out, 2, &line);
    }
    let meaning: Vec<String> = cells.filter(|cell| !cell.is_empty()).collect();
    if !meaning.is_empty() {
        for line in wrapped(&meaning.join(" · "), columns - 2 - INDENT) {
            put(out, 2 + INDENT, &line);
        }
    }
}

/// A line and those that go on with it. Between ideographs there is no space.
fn joined(first: &str, lines: &mut Peekable<Lines<'_>>, is_more: impl Fn(&str) -> bool) -> String {
    let mut text = first.to_owned();
    while let Some(line) = lines.next_if(|line| is_more(line)) {
        let line = line.trim_start();
        let is_wide = |c: Option<char>| c.is_some_and(|c| width(c.encode_utf8(&mut [0; 4])) == 2);
        if !(is_wide(text.chars().last()) && is_wide(line.chars().next())) {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}

/// Without the marks of links and of strong words; a link to another page names it.
fn inline(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(label, after)| {
            let (target, after) = after.split_once(')')?;
            (!label.contains('[')).then_some((label, target, after))
        });
        out.push_str(before);
        match link {
            // Brackets within code are no link.
            Some((label, target, after)) if before.matches('`').count() % 2 == 0 => {
                out.push_str(label);
                let page = target
                    .split('#')
                    .next()
                    .and_then(|file| file.strip_suffix(".md"));
                if let Some(page) = page {
                    out.push_str(&format!(" (madoguchi help {page})"));
                }
                rest = after;
            }
            _ => {
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out.replace("**", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_wrapped_and_its_links_name_their_page() {
        let text = "Two lines\nof [one](store.md#x) paragraph.\n";
        assert_eq!(
            plain(text, 24),
            "Two lines of one\n(madoguchi help store)\nparagraph.\n"
        );
        assert_eq!(plain("保存した\n記録", 80), "保存した記録\n");
    }

    #[test]
    fn a_table_is_told_term_by_term() {
        let text = "| a | b |\n|---|---|\n| `--tag` | only some | more |\n";
        assert_eq!(plain(text, 80), "  `--tag`\n      only some · more\n");
    }

    #[test]
    fn code_stands_as_it_is() {
        let text = "# T\n\n```\n- [a](b.md)\n\nx\n```\n<!-- generated: x -->\n";
        assert_eq!(plain(text, 4), "T\n=\n\n    - [a](b.md)\n\n    x\n");
    }

    #[test]
    fn brackets_within_code_stay() {
        assert_eq!(inline("`[[\"項目\"]]` and **so**"), "`[[\"項目\"]]` and so");
    }
}
