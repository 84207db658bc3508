//! All spellings of a cell's secrets, looked for at once: time grows with the text alone.
//!
//! An automaton looks for how each spelling begins, and what it finds is compared with the rest: most
//! spellings of a long secret are hundreds of bytes, and every login makes new ones.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use madoguchi_trace::SecretClass;

use super::Canary;
use super::key::{each_beginning, octets_end, written_end};
use super::reading::Reading;
use super::spelling::{Manner, Rule, Sextet, Spelling, spellings, value_of};

/// What kind of text it is. It decides what a short secret has to look like; a long one is found anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What people read: a whole word.
    Text,
    /// A value of its own: all of it, or what is called a secret.
    Field,
    /// What a program writes for its maintainers: what is called a secret, or the bytes of a command.
    Log,
    /// What the tool itself says: what is called a secret.
    Own,
    /// Long ones alone.
    Sure,
}

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Which, in the order in which they are known.
    pub(super) canary: usize,
    pub(super) class: SecretClass,
    pub(super) at: usize,
    pub(super) end: usize,
}

impl Found {
    pub(super) fn moved(self, by: usize) -> Self {
        Self {
            at: self.at + by,
            end: self.end + by,
            ..self
        }
    }
}

/// Finds the secrets of a cell.
pub(super) struct Matcher(Vec<Arc<Part>>);

/// Finds some of them.
struct Part {
    /// Finds how the patterns begin.
    automaton: AhoCorasick,
    patterns: Vec<Pattern>,
    canaries: Vec<Known>,
    /// How many are known before these.
    before: usize,
}

/// A spelling.
struct Pattern {
    /// Whose it is.
    canary: usize,
    /// When it is one.
    rule: Rule,
    /// What follows its beginning.
    rest: Vec<u8>,
}

struct Known {
    class: SecretClass,
    manner: Manner,
    /// Whether it may be a part of any number in hexadecimal.
    is_figures: bool,
    /// Whether it is any private key, of which only the beginning is known.
    is_any_key: bool,
}

impl Part {
    fn of(canaries: &[Canary], before: usize) -> Self {
        let mut beginnings = Vec::new();
        let mut patterns = Vec::new();
        let mut add = |canary, mut bytes: Vec<u8>, rule| {
            let rest = bytes.split_off(bytes.len().min(LONGEST_BEGINNING));
            beginnings.push(bytes);
            patterns.push(Pattern { canary, rule, rest });
        };
        for (i, canary) in canaries.iter().enumerate() {
            let all = spellings(canary.value.expose(), canary.manner());
            all.into_iter()
                .for_each(|Spelling { bytes, rule }| add(i, bytes, rule));
        }
        // once is enough
        if before == 0 {
            for begins in KEY_BEGINS {
                add(canaries.len(), begins.as_bytes().to_vec(), Rule::Key);
            }
            each_beginning(|bytes, rule| add(canaries.len(), bytes, rule));
        }
        let known = |canary: &Canary| {
            let value = canary.value.expose();
            Known {
                class: canary.class,
                manner: canary.manner(),
                is_figures: value.len() < 8 && value.bytes().all(|b| b.is_ascii_hexdigit()),
                is_any_key: false,
            }
        };
        Self {
            // cells read little with it: a DFA, which reads fastest, takes longest to build
            automaton: AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::NoncontiguousNFA))
                .build(&beginnings)
                .expect("a few thousand short patterns"),
            patterns,
            canaries: canaries.iter().map(known).chain([ANY_KEY]).collect(),
            before,
        }
    }
}

impl Matcher {
    pub(super) fn of(canaries: &[Canary]) -> Self {
        Self(vec![Arc::new(Part::of(canaries, 0))])
    }

    /// Finds these too. What finds the others is not made again.
    pub(super) fn and(&self, canaries: &[Canary]) -> Self {
        let before = self.0.iter().map(|part| part.canaries.len()).sum();
        let mut parts = self.0.clone();
        parts.push(Arc::new(Part::of(canaries, before)));
        Self(parts)
    }

    /// What stands in a text as one of these kinds, as it is and as it reads without its escapes.
    pub(super) fn find(&self, text: &[u8], kinds: &[Kind]) -> Vec<Found> {
        let mut found = self.find_plain(text, kinds);
        // an escape may be escaped itself
        let mut readings: Vec<Reading> = Vec::new();
        while readings.len() < DEEPEST {
            let last = readings.last().map_or(text, Reading::bytes);
            let Some(reading) = Reading::of(last) else {
                break;
            };
            readings.push(reading);
            let Some(last) = readings.last() else { break };
            for one in self.find_plain(last.bytes(), kinds) {
                let (mut at, mut end) = (one.at, one.end);
                for reading in readings.iter().rev() {
                    (at, end) = reading.place(at, end);
                }
                found.push(Found { at, end, ..one });
            }
        }
        found
    }

    /// The text with everything replaced by its class that it holds as one of these kinds.
    pub(super) fn masked<'t>(&self, text: &'t [u8], kinds: &[Kind]) -> Cow<'t, [u8]> {
        let mut found = self.find(text, kinds);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        found.sort_by_key(|found| (found.at, found.canary));
        let mut masked = Vec::with_capacity(text.len());
        let mut done = 0;
        for found in found {
            if found.at >= done {
                masked.extend_from_slice(&text[done..found.at]);
                masked.push(b'<');
                masked.extend_from_slice(found.class.name().as_bytes());
                masked.push(b'>');
            }
            done = done.max(found.end);
        }
        masked.extend_from_slice(&text[done..]);
        Cow::Owned(masked)
    }

    fn find_plain(&self, text: &[u8], kinds: &[Kind]) -> Vec<Found> {
        let parts = self.0.iter();
        parts.flat_map(|part| part.find(text, kinds)).collect()
    }
}

impl Part {
    fn find(&self, text: &[u8], kinds: &[Kind]) -> Vec<Found> {
        let mut key_ends = 0;
        let mut found = Vec::new();
        let mut persons = Vec::new();
        let mut if_beside = Vec::new();
        for one in self.automaton.find_overlapping_iter(text) {
            let Pattern { canary, rule, rest } = &self.patterns[one.pattern().as_usize()];
            if !text[one.end()..].starts_with(rest) {
                continue;
            }
            let (canary, rule) = (*canary, *rule);
            let known = &self.canaries[canary];
            let mut place = Place {
                text,
                at: one.start(),
                end: one.end() + rest.len(),
            };
            let mut kinds = kinds.iter().copied();
            let is_one = if known.is_any_key {
                // what begins within a key is a part of it
                let is_new = key_ends <= place.at && place.is_secret(rule, Kind::Sure);
                if is_new {
                    place.end = place.key_ends(rule);
                    key_ends = place.end;
                }
                is_new
            } else if known.manner == Manner::Short {
                kinds.any(|kind| place.is_short_secret(rule, kind))
            } else if known.manner == Manner::Said {
                let is_said = place.is_said(rule, known.class);
                if !is_said && rule == Rule::Plain && place.is_apart(&JOINTS) {
                    if_beside.push((canary, place));
                }
                is_said
            } else if known.manner == Manner::Pair {
                place.is_octets(rule) || rule == Rule::Plain && place.is_apart(&JOINTS)
            } else if known.manner == Manner::Number {
                kinds.any(|kind| place.is_secret(rule, kind)) && !place.is_in_number(rule)
            } else if known.manner == Manner::Address {
                kinds.any(|kind| place.is_secret(rule, kind))
                    && !(rule == Rule::Plain && place.is_another_house())
            } else {
                let may_be_figures = known.is_figures && rule == Rule::Plain;
                kinds.any(|kind| place.is_secret(rule, kind))
                    && !(may_be_figures && place.is_in_figures())
            };
            if is_one {
                if known.manner != Manner::Said {
                    persons.push((place.at, place.end));
                }
                found.push(self.found(canary, place));
            }
        }
        persons.sort_unstable();
        for (canary, place) in if_beside {
            if place.is_beside(&persons) {
                found.push(self.found(canary, place));
            }
        }
        found
    }

    fn found(&self, canary: usize, place: Place<'_>) -> Found {
        Found {
            canary: self.before + canary,
            class: self.canaries[canary].class,
            at: place.at,
            end: place.end,
        }
    }
}

/// Its patterns are secrets.
impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matcher").finish_non_exhaustive()
    }
}

/// How many bytes of a spelling the automaton looks for.
const LONGEST_BEGINNING: usize = 12;
/// How a private key begins (RFC 7468), whose ever it is.
const KEY_BEGINS: [&str; 6] = [
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----BEGIN EC PRIVATE KEY-----",
    "-----BEGIN DSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "-----BEGIN ENCRYPTED PRIVATE KEY-----",
];
/// More bytes than a key of RSA takes, however its lines are escaped.
const LONGEST_KEY: usize = 16 << 10;
const KEY_ENDS: &[u8] = b"PRIVATE KEY-----";
const ANY_KEY: Known = Known {
    class: SecretClass::PrivateKey,
    manner: Manner::Long,
    is_figures: false,
    is_any_key: true,
};

/// How often escapes are escaped.
const DEEPEST: usize = 3;
/// How far it is looked for what a value is called.
const NAME_WITHIN: usize = 64;
/// What stands before a short secret that is shown.
const NAMES_OF_SECRETS: [&str; 5] = ["pin", "password", "secret", "暗証番号", "パスワード"];

/// How far behind or before a person something stands that is said of that person.
const BESIDE_WITHIN: usize = 128;
/// What stands before a date of birth: within a word, or as one.
const NAMES_OF_BIRTH: [&str; 4] = ["birth", "seinengappi", "生年月日", "誕生"];
const WORDS_FOR_BIRTH: [&str; 2] = ["born", "dob"];
/// What stands before 記号 of an eligibility.
const NAMES_OF_SYMBOLS: [&str; 2] = ["symbol", "記号"];
/// What a number or a date goes on with.
const JOINTS: [char; 7] = ['-', '‐', '–', '－', '.', '/', '_'];
/// What an address goes on with.
const JOINTS_OF_ADDRESSES: [char; 5] = ['-', '‐', '–', '－', 'の'];

/// Where a spelling stands.
#[derive(Clone, Copy)]
struct Place<'t> {
    text: &'t [u8],
    at: usize,
    end: usize,
}

impl Place<'_> {
    /// Whether a long secret stands here.
    fn is_secret(self, rule: Rule, kind: Kind) -> bool {
        match rule {
            Rule::Plain | Rule::Octets(_) | Rule::Key => true,
            Rule::Apart(between, group) => {
                let goes_on = kind == Kind::Log && self.is_in_dump(between, group);
                !self.is_in_word() && !goes_on
            }
            Rule::Alone(between) => !self.is_in_dump(between, 2),
            Rule::Word => self.is_word_of_base64(),
            Rule::Part { before, after } => {
                let previous = self.at.checked_sub(1).map(|at| self.text[at]);
                fits(previous, before) && fits(self.text.get(self.end).copied(), after)
            }
            Rule::Swapped => self.is_called_octets(),
        }
    }

    fn is_short_secret(self, rule: Rule, kind: Kind) -> bool {
        match (kind, rule) {
            (Kind::Sure, _)
            | (_, Rule::Alone(_) | Rule::Part { .. } | Rule::Swapped | Rule::Key) => false,
            (Kind::Text, Rule::Plain) => !self.goes_on() && !self.is_amount(),
            (Kind::Text | Kind::Log, Rule::Word) => self.is_word_of_base64(),
            (Kind::Text, Rule::Apart(..) | Rule::Octets(_)) => false,
            (Kind::Log, Rule::Octets(between)) => !self.digits_go_on(between),
            (Kind::Log | Kind::Own, Rule::Plain | Rule::Apart(..)) => {
                !goes_on(self.after()) && self.is_named()
            }
            (Kind::Own, Rule::Word | Rule::Octets(_)) => false,
            (Kind::Field, Rule::Octets(between)) => {
                self.is_whole() || (!self.digits_go_on(between) && self.is_presented())
            }
            (Kind::Field, Rule::Word) => self.is_whole() || self.is_word_of_base64(),
            (Kind::Field, Rule::Plain | Rule::Apart(..)) => {
                self.is_whole() || (!goes_on(self.after()) && self.is_named())
            }
        }
    }

    /// Whether it is said what this is, or it stands here as octets, as a card has it.
    fn is_said(self, rule: Rule, class: SecretClass) -> bool {
        let is_called = || match class {
            SecretClass::BirthDate => {
                let mut after = self.after();
                let is_of_birth = after.next() == Some('生') && after.next() != Some('産');
                is_of_birth || self.is_called(&NAMES_OF_BIRTH, &WORDS_FOR_BIRTH)
            }
            _ => self.is_called(&NAMES_OF_SYMBOLS, &[]),
        };
        self.is_octets(rule) || rule == Rule::Plain && self.is_apart(&JOINTS) && is_called()
    }

    fn is_octets(self, rule: Rule) -> bool {
        match rule {
            Rule::Octets(between) => !self.digits_go_on(between),
            Rule::Word => self.is_word_of_base64(),
            _ => false,
        }
    }

    /// Whether no number, date or word goes on around it. Midnight may follow, as it does where a program
    /// writes a date as an instant.
    fn is_apart(self, joints: &[char]) -> bool {
        let is_instant = self.text[self.end..].starts_with(b"T00:00");
        !continues(self.before(), joints) && (is_instant || !continues(self.after(), joints))
    }

    /// Whether the address goes on with a number or with what that counts.
    fn is_another_house(self) -> bool {
        let is_counted = self.after().next().is_some_and(|c| "丁番号".contains(c));
        is_counted || continues(self.after(), &JOINTS_OF_ADDRESSES)
    }

    /// Whether one of these names stands before it in the line, as a part of a word or as a word, and no
    /// other number since.
    fn is_called(self, names: &[&str], words: &[&str]) -> bool {
        let before = self.line_before(NAME_WITHIN).to_lowercase();
        let from = before.rfind(|c: char| c == '\n' || c.is_numeric());
        let told = from.map_or(&*before, |from| &before[from..]);
        let is_word = |word: &&str| {
            let mut all = told.split(|c: char| !c.is_ascii_alphabetic());
            all.any(|one| one == *word)
        };
        names.iter().any(|name| told.contains(name)) || words.iter().any(is_word)
    }

    /// Whether one of these stands near it in the same line. They are in order.
    fn is_beside(self, others: &[(usize, usize)]) -> bool {
        let next = others.partition_point(|(at, _)| *at < self.at);
        let last = next.checked_sub(1).map(|last| others[last].1..self.at);
        let next = others.get(next).map(|next| self.end..next.0);
        last.into_iter().chain(next).any(|between| {
            between.len() <= BESIDE_WITHIN
                && self
                    .text
                    .get(between)
                    .is_some_and(|text| !text.contains(&b'\n'))
        })
    }

    /// Where the key ends that begins here; far behind it, where its end is missing.
    fn key_ends(self, rule: Rule) -> usize {
        let far = self.text.len().min(self.end + LONGEST_KEY);
        let text = &self.text[..far];
        match rule {
            Rule::Key => {
                let mut places = text[self.end..].windows(KEY_ENDS.len());
                let end = places.position(|place| place == KEY_ENDS);
                end.map_or(far, |end| self.end + end + KEY_ENDS.len())
            }
            Rule::Plain => octets_end(text, self.at).max(self.end),
            _ => written_end(text, self.end, rule),
        }
    }

    /// Whether nothing but blanks and brackets stands around it. It is looked no farther than to the next
    /// thing else, so that many in one text take no longer than the text is.
    fn is_whole(self) -> bool {
        let is_around = |byte: &u8| byte.is_ascii_whitespace() || b"\"'[]()".contains(byte);
        let ends = [self.text.get(self.at), self.text.get(self.end - 1)];
        ends.into_iter().flatten().all(|byte| !is_around(byte))
            && self.text[..self.at].iter().rev().all(is_around)
            && self.text[self.end..].iter().all(is_around)
    }

    /// The characters before it, the nearest first.
    fn before(self) -> impl Iterator<Item = char> {
        self.line_before(8)
            .chars()
            .rev()
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The characters behind it.
    fn after(self) -> impl Iterator<Item = char> {
        let end = self.text.len().min(self.end + 8);
        let after = String::from_utf8_lossy(&self.text[self.end..end]);
        after.chars().collect::<Vec<_>>().into_iter()
    }

    /// The end of what stands before it, of at most so many bytes.
    fn line_before(self, most: usize) -> String {
        let mut from = self.at.saturating_sub(most);
        while from > 0 && from < self.at && self.text[from] & 0xC0 == 0x80 {
            from += 1;
        }
        String::from_utf8_lossy(&self.text[from..self.at]).into_owned()
    }

    /// Whether a word or a number goes on in either direction.
    fn goes_on(self) -> bool {
        goes_on(self.before()) || goes_on(self.after())
    }

    /// Whether it is said what is counted.
    fn is_amount(self) -> bool {
        const BEFORE: [char; 5] = ['¥', '￥', '$', '#', '№'];
        const BEHIND: &str = "円件名人番回分秒年月日号室時頁点度枚個台歳才%％";
        let mut after = self.after().skip_while(|c| *c == ' ');
        let is_counted = after.next().is_some_and(|c| BEHIND.contains(c));
        is_counted || self.before().next().is_some_and(|c| BEFORE.contains(&c))
    }

    fn is_in_word(self) -> bool {
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        is_word(self.before().next()) || is_word(self.after().next())
    }

    /// Whether it is a part of a longer number.
    fn is_in_number(self, rule: Rule) -> bool {
        // UTF-16 has a byte of zeros beside each digit
        let is_digit = |c: Option<char>| c.is_some_and(char::is_numeric);
        let beside = |c: &char| *c != '\0';
        match rule {
            Rule::Octets(between) => self.digits_go_on(between),
            Rule::Plain => {
                is_digit(self.before().find(beside)) || is_digit(self.after().find(beside))
            }
            _ => false,
        }
    }

    fn is_in_figures(self) -> bool {
        let is_figure = |c: Option<char>| c.is_some_and(|c| c.is_ascii_hexdigit());
        is_figure(self.before().next()) || is_figure(self.after().next())
    }

    fn is_word_of_base64(self) -> bool {
        let is_sign = |byte: u8| value_of(byte).is_some();
        let previous = self.at.checked_sub(1).map(|at| self.text[at]);
        let next = self.text.get(self.end).copied();
        !previous.is_some_and(|byte| is_sign(byte) && byte != b'/') && !next.is_some_and(is_sign)
    }

    /// Whether the name of a secret stands before it, if only before signs and a verb.
    fn is_named(self) -> bool {
        let before = self.line_before(NAME_WITHIN);
        let line = before.rsplit('\n').next().unwrap_or_default();
        let line = line.to_lowercase();
        let bare = |text: &str| -> String {
            let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
            text.to_owned()
        };
        let line = bare(&line);
        let subject = line.strip_suffix(" is").or_else(|| line.strip_suffix('は'));
        let subject = subject.map_or_else(|| line.clone(), bare);
        NAMES_OF_SECRETS.iter().any(|name| subject.ends_with(name))
    }

    /// Whether a VERIFY command of four octets ends before it.
    fn is_presented(self) -> bool {
        let figures = self.line_before(48).replace("0x", "").to_lowercase();
        let figures: Vec<char> = figures.chars().filter(char::is_ascii_hexdigit).collect();
        let Some(at) = figures.len().checked_sub(10) else {
            return false;
        };
        let head: String = figures[at..].iter().collect();
        head.starts_with("0020") && head.ends_with("04")
    }

    /// Whether the octets before or after these are digits, too: then it is a longer number.
    fn digits_go_on(self, between: &str) -> bool {
        let is_digit = |octet: &[u8]| matches!(octet, [b'3', b'0'..=b'9']);
        self.beside(between, 2).into_iter().flatten().any(is_digit)
    }

    /// Whether figures go on in either direction.
    fn is_in_dump(self, between: &str, group: usize) -> bool {
        let is_figures = |group: &[u8]| group.iter().all(u8::is_ascii_hexdigit);
        self.beside(between, group)
            .into_iter()
            .flatten()
            .any(is_figures)
    }

    /// What stands before and behind it, with the same between.
    fn beside(&self, between: &str, length: usize) -> [Option<&[u8]>; 2] {
        let before = self.text[..self.at].strip_suffix(between.as_bytes());
        let before = before.and_then(|before| before.get(before.len().checked_sub(length)?..));
        let after = self.text[self.end..].strip_prefix(between.as_bytes());
        [before, after.and_then(|after| after.get(..length))]
    }

    /// Whether it says of itself that it is octets, or a status word follows.
    fn is_called_octets(self) -> bool {
        let before = self.line_before(4).to_lowercase();
        let after: String = self.after().filter(|c| *c != ' ').collect();
        let is_told = before.ends_with("0x") || before.ends_with("x'");
        let is_word = |c: char| c.is_ascii_alphanumeric();
        match is_told {
            true => !after.starts_with(is_word),
            false => !before.ends_with(is_word) && after.starts_with("9000"),
        }
    }
}

/// Whether a sign of base64 holds these bits.
fn fits(sign: Option<u8>, sextet: Sextet) -> bool {
    let value = sign.and_then(value_of);
    sextet.mask == 0 || value.is_some_and(|value| value & sextet.mask == sextet.value)
}

/// Whether a number, or a word in Latin letters, goes on in this direction, if only behind one of these.
fn continues(mut rest: impl Iterator<Item = char>, joints: &[char]) -> bool {
    match rest.next() {
        Some(joint) if joints.contains(&joint) => rest.next().is_some_and(char::is_numeric),
        next => next.is_some_and(|c| c.is_numeric() || c.is_ascii_alphanumeric()),
    }
}

/// Whether a word or a number goes on in this direction, if only behind a hyphen or a point: `E-1234` and
/// `0120-1234-567` are numbers of their own.
fn goes_on(mut rest: impl Iterator<Item = char>) -> bool {
    const JOINTS: &[char] = &['-', '‐', '–', '－', '.', '_'];
    match rest.next() {
        Some(joint) if JOINTS.contains(&joint) => rest.next().is_some_and(char::is_alphanumeric),
        next => next.is_some_and(char::is_alphanumeric),
    }
}
