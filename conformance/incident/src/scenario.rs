//! The inferred scenario as a file: YAML that a person goes on with, each line with its reason.

use madoguchi_terms::Lang;

use crate::draft::{Draft, Mark, Origin, Written};
use crate::incident::Input;
use crate::remark;

impl Draft {
    /// The scenario as YAML, with remarks in `lang`.
    #[must_use]
    pub fn yaml(&self, inputs: &[Input], lang: Lang) -> String {
        let mut yaml = Yaml {
            text: String::new(),
            inputs,
            lang,
        };
        yaml.head(self);
        yaml.text += "given:\n";
        let persona = format!("persona: {}", self.persona.text);
        yaml.line(
            "  ",
            &Written {
                text: persona,
                ..self.persona.clone()
            },
        );
        for line in &self.given {
            yaml.line("  ", line);
        }
        yaml.lines("  card:\n", "    ", &self.card);
        if !self.reader_faults.is_empty() || !self.reader.is_empty() {
            yaml.text += "  reader:\n";
            yaml.lines("", "    ", &self.reader);
            yaml.lines("    faults:\n", "      - ", &self.reader_faults);
        }
        let certificate: Vec<Written> = self.certificate.iter().cloned().collect();
        let service = [&self.service[..], &certificate, &self.web_faults];
        if service.iter().any(|lines| !lines.is_empty()) {
            yaml.text += "  service:\n";
            yaml.lines("", "    ", &self.service);
            yaml.lines("", "    ", &certificate);
            yaml.lines("    faults:\n", "      - ", &self.web_faults);
        }
        yaml.lines("when:\n", "  - ", &self.acts);
        yaml.text
    }

    /// How many lines have which mark: read, implied, one of several, filled in.
    #[must_use]
    pub fn marks(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for line in self.lines() {
            let at = match line.mark {
                Mark::Read => 0,
                Mark::Implied => 1,
                Mark::OneOf(_) => 2,
                Mark::FilledIn => 3,
            };
            counts[at] += 1;
        }
        counts
    }
}

/// Where something was seen, in words: `pcscd 812`, or `log 2 pcscd 812` of several logs. No file is
/// named: its name may be a person's.
#[must_use]
pub fn place(inputs: &[Input], origin: Origin, lang: Lang) -> String {
    let Some(input) = inputs.get(origin.input) else {
        return origin.line.to_string();
    };
    let (writer, line) = (input.writer, origin.line);
    if inputs.iter().all(|other| other.log == 0) {
        return format!("{writer} {line}");
    }
    let log = input.log + 1;
    lang.pick(
        format!("記録 {log} {writer} {line}"),
        format!("log {log} {writer} {line}"),
    )
}

struct Yaml<'a> {
    text: String,
    inputs: &'a [Input],
    lang: Lang,
}

impl Yaml<'_> {
    fn head(&mut self, draft: &Draft) {
        let [read, implied, one_of, filled_in] = draft.marks();
        let unexplained = draft.unexplained.len();
        self.text += &self.lang.pick(
            format!(
                "# madoguchi import が記録から推定した下書き。事実であるとは限らない。\n\
                 # 記録にある {read} 行、含意される {implied} 行、候補の一つ {one_of} 行、補った {filled_in} 行。説明できない箇所 {unexplained} 件。\n"
            ),
            format!(
                "# Inferred from logs by madoguchi import; not everything in it need be so.\n\
                 # Lines: {read} read, {implied} implied, {one_of} one of several, {filled_in} filled in; {unexplained} places unexplained.\n"
            ),
        );
        self.text +=
            "purpose:\n  ja: 現場の障害の再現\n  en: A field failure, reproduced\nrequirements:\n";
        for id in &draft.requirements {
            self.text += &format!("  - {id}\n");
        }
        self.text += "tags: [field]\n";
    }

    fn lines(&mut self, head: &str, indent: &str, lines: &[Written]) {
        if !lines.is_empty() {
            self.text += head;
            for line in lines {
                self.line(indent, line);
            }
        }
    }

    fn line(&mut self, indent: &str, line: &Written) {
        let why = remark::written(&line.mark, self.lang);
        let from = line.from.map(|from| place(self.inputs, from, self.lang));
        let from = from.map(|from| format!(": {from}")).unwrap_or_default();
        self.text += &format!("{indent}{} # {why}{from}\n", line.text);
    }
}
