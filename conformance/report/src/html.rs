//! The report as one HTML file: no network, no second file, both languages in it, light and dark,
//! for a screen, a phone and paper. It can be read without its script, which only adds a search.

mod page;

use std::io::{self, Write};

use madoguchi_notation::Wording;
use madoguchi_terms::{Lang, visible};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, HtmlEscape, UndefinedBehavior, Value};
use serde::Serialize;

use super::CaseReport;
use super::cover::Cover;

const REPORT: &str = include_str!("html/report.html");
const STYLE: &str = include_str!("html/report.css");
const SCRIPT: &str = include_str!("html/report.js");

/// Writes the report; `lang` is the language in which it opens.
///
/// # Errors
/// Those of `out`.
pub fn write(
    out: &mut dyn Write,
    cases: &[CaseReport<'_>],
    cover: &Cover,
    lang: Lang,
) -> io::Result<()> {
    let page = page::Page::new(cases, cover, lang, STYLE, SCRIPT);
    render(out, "report.html", REPORT, &page)
}

/// Fills a template that is part of the program.
pub(super) fn render(
    out: &mut dyn Write,
    name: &str,
    template: &'static str,
    context: &impl Serialize,
) -> io::Result<()> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.add_function("say", |ja: &str, en: &str| spans(ja, en, "span"));
    environment.add_function("both", |text: Value| tagged(&text, "span"));
    environment.add_function("both_svg", |text: Value| tagged(&text, "tspan"));
    environment.add_function("say_plain", |ja: &str, en: &str| format!("{ja} / {en}"));
    let mut page = Vec::new();
    environment
        .add_template(name, template)
        .and_then(|()| {
            environment
                .get_template(name)?
                .render_captured_to(Value::from(Serde(context)), &mut page)
        })
        .map(drop)
        .map_err(io::Error::other)?;
    out.write_all(visible(&String::from_utf8_lossy(&page)).as_bytes())
}

/// A [`Wording`] in both languages.
fn tagged(text: &Value, tag: &str) -> Value {
    let part = |key| text.get_attr(key).ok();
    let part = |key| part(key).and_then(|value| value.as_str().map(str::to_owned));
    match (part("ja"), part("en")) {
        (Some(ja), Some(en)) => spans(&ja, &en, tag),
        _ => Value::from(""),
    }
}

/// Both texts, each in an element of its language; one that both share stands alone.
fn spans(ja: &str, en: &str, tag: &str) -> Value {
    let (ja_text, en_text) = (HtmlEscape(ja), HtmlEscape(en));
    Value::from_safe_string(if ja == en {
        ja_text.to_string()
    } else {
        format!(
            "<{tag} class=\"ja\" lang=\"ja\">{ja_text}</{tag}>\
             <{tag} class=\"en\" lang=\"en\">{en_text}</{tag}>"
        )
    })
}

/// A text that reads the same in both languages.
fn same(text: impl Into<String>) -> Wording {
    let text = text.into();
    Wording::new(text.clone(), text)
}
