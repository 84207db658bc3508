//! The record of a check as the app's clipboard text, and back.

use madoguchi_eligibility::{Field, Fields, REPLACEMENT};
use serde::Deserialize;

use crate::Delivered;
use crate::layout::{Kind, Layout, Line, Section};

/// What ends a line: both have been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineEnd {
    /// As Windows writes it.
    #[default]
    Crlf,
    /// A line feed alone.
    Lf,
}

impl LineEnd {
    const fn text(self) -> &'static str {
        match self {
            Self::Crlf => "\r\n",
            Self::Lf => "\n",
        }
    }
}

impl Delivered {
    /// The text of the layout. An eligibility for which the layout has no heading is left out.
    #[must_use]
    pub fn clipboard(&self, layout: &Layout, end: LineEnd) -> String {
        let layout = *layout;
        let mut text = Text {
            layout,
            end: end.text(),
            text: String::new(),
        };
        if let Some(first) = self.results.first() {
            text.lines(layout.front(), &self.head, first);
        }
        for result in &self.results {
            for (heading, section) in layout.sections(Kind::of(result)) {
                if section.begins.is_some() || self.has_any(section, layout, result) {
                    text.line(heading);
                    let lines = section.lines.iter().filter(|line| line.is_in(layout));
                    text.lines(lines, &self.head, result);
                }
            }
        }
        text.text
    }

    /// What a text of the layout says. Headings and labels that the layout does not have are passed
    /// over, and so are labels under a heading that is not theirs: a value is never taken for
    /// another section's.
    #[must_use]
    pub fn from_clipboard(text: &str, layout: &Layout) -> Self {
        let layout = *layout;
        let mut read = Self::default();
        let mut front = Fields::new();
        let mut place = Place::Front;
        for line in text.lines() {
            let Some((label, value)) = line.split_once('\t') else {
                place = read.enter(line, layout);
                continue;
            };
            let found = match place {
                Place::Front => layout.front().find(|line| line.label == label),
                Place::Section(section) => {
                    let mut lines = section.lines.iter().filter(|line| line.is_in(layout));
                    lines.find(|line| line.label == label)
                }
                Place::Unknown => None,
            };
            let Some(line) = found.filter(|_| !value.is_empty()) else {
                continue;
            };
            let fields = match (line.field, read.results.last_mut()) {
                (Field::QualificationConfirmationDate, _) => &mut read.head,
                (_, Some(result)) => result,
                (_, None) => &mut front,
            };
            fields.set(line.field, line.form.read(line.field, value));
        }
        if let Some(first) = read.results.first_mut() {
            first.complete(&front);
        }
        read
    }

    fn has_any(&self, section: &Section, layout: Layout, result: &Fields) -> bool {
        let mut lines = section.lines.iter().filter(|line| line.is_in(layout));
        lines.any(|line| result.text(line.field).is_some())
    }

    /// Where the lines after this heading belong.
    fn enter(&mut self, heading: &str, layout: Layout) -> Place {
        let current = self.results.last().map(Kind::of);
        let kinds = [Kind::Insurance, Kind::Assistance];
        let sections = kinds.map(|kind| layout.sections(kind).map(move |found| (kind, found)));
        let found = sections
            .into_iter()
            .flatten()
            .find(|(kind, (text, section))| {
                *text == heading && (section.begins.is_some() || current == Some(*kind))
            });
        let Some((kind, (_, section))) = found else {
            return Place::Unknown;
        };
        if section.begins.is_some() {
            let mut result = Fields::new();
            if kind == Kind::Assistance {
                // Its line 区分 says it again; until then its other sections must find it.
                let class = madoguchi_eligibility::CardClassification::MedicalAssistance;
                result.set(Field::InsuredCardClassification, class.code());
            }
            self.results.push(result);
        }
        Place::Section(section)
    }
}

impl Layout {
    /// How the text has a value of an eligibility of this kind; as it is, where it has no place for it.
    #[must_use]
    pub fn written(self, kind: Kind, field: Field, value: &str) -> String {
        let sections = self.sections(kind).flat_map(|(_, section)| &section.lines);
        let mut lines = self.front().chain(sections.filter(|line| line.is_in(self)));
        let line = lines.find(|line| line.field == field);
        line.map_or_else(|| value.to_owned(), |line| line.value(value))
    }
}

/// Where a line of the text stands.
enum Place {
    Front,
    Section(&'static Section),
    Unknown,
}

struct Text {
    layout: Layout,
    end: &'static str,
    text: String,
}

impl Text {
    fn lines<'l>(&mut self, lines: impl Iterator<Item = &'l Line>, head: &Fields, result: &Fields) {
        for line in lines {
            let value = result.text(line.field).or_else(|| head.text(line.field));
            match value {
                Some(value) => {
                    self.line(&format!("{}\t{}", line.label, line.value(value)));
                }
                None if line.stands_empty(self.layout) => {
                    self.line(&format!("{}\t", line.label));
                }
                None => {}
            }
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push_str(self.end);
    }
}

impl Line {
    /// The value as it stands on this line.
    fn value(&self, value: &str) -> String {
        one_line(&self.form.write(self.field, value))
    }
}

/// The value without what would end its line or its place in it.
fn one_line(value: &str) -> String {
    let plain = |c: char| if c.is_control() { REPLACEMENT } else { c };
    value.chars().map(plain).collect()
}
