//! What the counter has no business with: topic `privacy`.

use madoguchi_layout::ApplicationId;
use madoguchi_notation::Wording;
use madoguchi_scenarios::Operation;
use madoguchi_trace::{CardEvent, Channel, Leak, SecretClass, Unsearched, What};

use crate::case::Case;
use crate::finding::{Failure, Finding, Tally};

/// No command addresses a file that holds the 個人番号 or is opened by it, and no request holds it.
pub(super) fn personal_number_untouched(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let mut has_traffic = false;
    for event in case.events() {
        let observed = match &event.what {
            What::Card(apdu) => touched(apdu).map(|file| {
                Wording::new(
                    format!("{file}を {} で指した", apdu.name),
                    format!(
                        "{} of {} (個人番号)",
                        apdu.name,
                        apdu.file.as_deref().unwrap_or("?")
                    ),
                )
            }),
            What::Leak(leak) if leak.class == SecretClass::PersonalNumber => Some(Wording::new(
                format!("{} に個人番号がある", leak.place),
                format!("the personal number stands in {}", leak.place),
            )),
            What::Request(_) => None,
            _ => continue,
        };
        let expected = Wording::new(
            "個人番号を読まず、送らない",
            "the personal number neither read nor sent",
        );
        has_traffic = true;
        tally.judge(observed.map(|observed| Failure::new(event.seq, expected, observed)));
    }
    if has_traffic {
        for place in [LOG, FILE] {
            leave_unsearched(case, place, &mut tally);
        }
    }
    tally.finding(Wording::new("カードかサービスとのやりとり", "any traffic"))
}

/// Once an eligibility was delivered, no file of the client says anything of a patient after its end.
pub(super) fn nothing_kept(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    if case
        .exchanges()
        .any(|exchange| exchange.delivered().is_some())
    {
        let kept = leaks(case)
            .find(|(_, leak)| leak.place.starts_with(FILE) && leak.class.is_in(&OF_PATIENTS));
        tally.judge(kept.map(|(at, leak)| {
            let (place, class) = (&leak.place, &leak.class);
            Failure::new(
                at,
                Wording::new("患者の情報を残さない", "nothing of patients is kept"),
                Wording::new(
                    format!("{place} に {class} がある"),
                    format!("{class} stands in {place}"),
                ),
            )
        }));
        leave_unsearched(case, FILE, &mut tally);
    }
    tally.finding(Wording::new("届いた資格情報", "a delivered eligibility"))
}

/// Once an eligibility was delivered, what the program wrote on standard error says nothing of a patient.
pub(super) fn log_without_patients(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    if case
        .exchanges()
        .any(|exchange| exchange.delivered().is_some())
    {
        tally.judge(None);
        leave_unsearched(case, LOG, &mut tally);
    }
    for (at, leak) in leaks(case) {
        if leak.place == LOG && leak.class.is_in(&OF_PATIENTS) {
            tally.judge(Some(Failure::new(
                at,
                Wording::new(
                    "標準エラー出力に患者の情報がない",
                    "nothing of patients on standard error",
                ),
                Wording::new(
                    format!("{} がある", leak.class),
                    format!("{} stands there", leak.class),
                ),
            )));
        }
    }
    tally.finding(Wording::new("届いた資格情報", "a delivered eligibility"))
}

/// No password stands anywhere but in a login.
pub(super) fn secrets_untold(case: &Case<'_>) -> Finding {
    const PASSWORDS: [SecretClass; 2] = [SecretClass::Password, SecretClass::SignPassword];
    let mut tally = Tally::default();
    if case
        .exchanges()
        .any(|exchange| exchange.is(Operation::FirstLogin) || exchange.is(Operation::Login))
    {
        tally.judge(None);
        for place in [LOG, FILE] {
            leave_unsearched(case, place, &mut tally);
        }
    }
    for (at, leak) in leaks(case) {
        if leak.class.is_in(&PASSWORDS) {
            tally.judge(Some(Failure::new(
                at,
                Wording::new(
                    "パスワードはログインだけに渡る",
                    "a password goes to the login only",
                ),
                Wording::new(
                    format!("{} に {} がある", leak.place, leak.class),
                    format!("{} stands in {}", leak.class, leak.place),
                ),
            )));
        }
    }
    tally.finding(Wording::new("ログイン", "a login"))
}

/// What could not be searched may hold anything: where nothing was found, nothing is decided.
pub(super) fn leave_unsearched(case: &Case<'_>, place: &str, tally: &mut Tally) {
    for event in case.events() {
        if let What::Unsearched(Unsearched { place: at, why }) = &event.what
            && at.starts_with(place)
        {
            let [ja, en] = match why.as_str() {
                "unreadable" => ["読めない", "it cannot be read"],
                "too-many" => ["ファイルが多すぎる", "there are too many files"],
                _ => ["大きすぎる", "there is too much of it"],
            };
            tally.leave_open(Wording::new(
                format!("{at} を調べられない ({ja})"),
                format!("{at} was not searched: {en}"),
            ));
        }
    }
}

fn leaks<'a>(case: &Case<'a>) -> impl Iterator<Item = (u64, &'a Leak)> {
    case.events().filter_map(|event| match &event.what {
        What::Leak(leak) => Some((event.seq, leak)),
        _ => None,
    })
}

/// Where it could be seen whom the client looks for, that is the service alone. Through a proxy is
/// seen what a client asks the proxy for; in a network of the run's own, everything.
pub(super) fn no_other_host(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let hears_everything = case.trace().header.channels.contains(&Channel::Network);
    if hears_everything {
        tally.judge(None);
    }
    for event in case.events() {
        let host = match &event.what {
            What::Outside(sought) => Some(&sought.host),
            What::Proxy(asked) => (!asked.allowed).then_some(&asked.host),
            _ => continue,
        };
        tally.judge(host.map(|host| {
            Failure::new(
                event.seq,
                Wording::new("サービスだけと通信する", "the service alone is spoken to"),
                Wording::new(
                    format!("{host} と通信しようとした"),
                    format!("looks for {host}"),
                ),
            )
        }));
    }
    match tally.finding(Wording::default()) {
        Finding::NoOccasion(_) => Finding::Inconclusive(Wording::new(
            "通信先は見えない (--own-network で実行するか、プロキシを通すと見える)",
            "hosts cannot be seen (run with --own-network, or through the proxy)",
        )),
        found => found,
    }
}

/// How the place of something begins that was found on the disk.
pub(super) const FILE: &str = "file:";
/// The place of what was found on standard error.
pub(super) const LOG: &str = "client:stderr";
/// The classes of what a patient is known by. 記号 is none: all who are insured at one place have the same.
const OF_PATIENTS: [SecretClass; 5] = [
    SecretClass::PatientName,
    SecretClass::InsuredNumber,
    SecretClass::BirthDate,
    SecretClass::PatientAddress,
    SecretClass::CardCertificate,
];

/// No command goes to 券面事項確認AP, which holds the photograph.
pub(super) fn surface_untouched(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, apdu) in case.apdus() {
        let current = apdu.application().map(|application| application.id);
        tally.judge((current == Some(ApplicationId::Surface)).then(|| {
            Failure::new(
                at,
                Wording::new("券面事項確認APに触れない", "nothing of 券面事項確認AP"),
                Wording::new(
                    format!("{} を券面事項確認APに送った", apdu.name),
                    format!("{} to the card surface application", apdu.name),
                ),
            )
        }));
    }
    tally.finding(Wording::new("カードとのやりとり", "any card traffic"))
}

/// The Japanese name of the file with the 個人番号 that a command addresses.
fn touched(apdu: &CardEvent) -> Option<&'static str> {
    let file = apdu.file()?;
    file.holds_personal_number.then_some(file.name.ja)
}
