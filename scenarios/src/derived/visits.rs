//! Later visits without a card (居宅同意取得型): one answer tells of several patients, each with a validity and a
//! consent of their own. Who is insured and who is not, in every order; every reason for which a consent ends.

use madoguchi_notation::{Offset, Wording};

use super::cell::{Cell, FIRST, Place, SECOND, who};
use crate::{Act, Care, ConsentGiven, Decides, Ended, Scenario, TerminalKind, Visit};

/// Who has lost the insurance, and has none now.
const LAPSED: &str = "kakuu-jiro";
/// 医療扶助.
const ASSISTED: &str = "fujo-hanako";

/// Who designated the institution, in the order of their consents.
const ORDERS: &[(&str, &[&str])] = &[
    ("lapsed-valid", &[LAPSED, FIRST]),
    ("valid-lapsed", &[FIRST, LAPSED]),
    ("lapsed-valid-valid", &[LAPSED, FIRST, SECOND]),
    ("valid-lapsed-valid", &[FIRST, LAPSED, SECOND]),
    ("valid-valid-lapsed", &[FIRST, SECOND, LAPSED]),
    ("lapsed-assisted", &[LAPSED, ASSISTED]),
    ("assisted-lapsed", &[ASSISTED, LAPSED]),
    ("assisted-valid", &[ASSISTED, FIRST]),
    ("lapsed", &[LAPSED]),
    ("valid-valid", &[FIRST, SECOND]),
];

const ENDS: &[(&str, &str, &str, Ended)] = &[
    ("lapsed", "期限切れ", "its time is over", Ended::Lapsed),
    (
        "by-institution",
        "医療機関等による終了",
        "ended by the institution",
        Ended::ByInstitution,
    ),
    (
        "by-patient",
        "患者による終了",
        "ended by the patient",
        Ended::ByPatient,
    ),
    (
        "change-of-use",
        "利用変更による終了",
        "ended by a change of use",
        Ended::ChangeOfUse,
    ),
];

/// All cells: validities in every order first.
pub(super) fn cells() -> Vec<Scenario> {
    let mut cells = Vec::new();
    for (name, people) in ORDERS {
        let purpose = Wording::new(
            format!("訪問時の照会、{}名の有効性", people.len()),
            format!("a visit, validities of {}", people.len()),
        );
        let consents = (0..).zip(*people);
        let consents = consents.map(|(n, person)| consent(person, n, None));
        cells.push(cell(name, purpose, consents.collect()));
    }
    for (name, ja, en, end) in ENDS {
        let purpose = Wording::new(format!("同意の{ja}"), format!("a consent: {en}"));
        let alone = vec![consent(FIRST, 0, Some(*end))];
        cells.push(cell(&format!("ended-{name}"), purpose, alone));
        for (other, other_ja, other_en, second) in ENDS {
            let purpose = Wording::new(
                format!("同意の{ja}と{other_ja}"),
                format!("two consents: {en}, {other_en}"),
            );
            let both = vec![
                consent(FIRST, 0, Some(*end)),
                consent(LAPSED, 1, Some(*second)),
            ];
            cells.push(cell(&format!("ended-{name}--{other}"), purpose, both));
        }
        let purpose = Wording::new(
            format!("続く同意と、同意の{ja}"),
            format!("one consent goes on, of one {en}"),
        );
        let both = vec![consent(SECOND, 0, None), consent(FIRST, 1, Some(*end))];
        cells.push(cell(&format!("goes-on--ended-{name}"), purpose, both));
    }
    cells
}

/// Given so many days before the twentieth day before today that no two are given on one day.
fn consent(person: &str, n: i32, ended: Option<Ended>) -> Option<ConsentGiven> {
    Some(ConsentGiven {
        persona: who(person),
        care: Care::HomeVisit,
        given: format!("-{}d", 20 - n).parse::<Offset>().ok()?,
        information: Decides::Agrees,
        ended,
        elsewhere: false,
    })
}

fn cell(name: &str, purpose: Wording, consents: Vec<Option<ConsentGiven>>) -> Scenario {
    let mut cell = Cell::new(&format!("visits/{name}"), Place::Home, FIRST, purpose);
    cell.given.facility.terminal = TerminalKind::Institution;
    cell.given.consents = consents.into_iter().flatten().collect();
    cell.decides(&["consent.no-card-later"]);
    cell.login();
    cell.act(Act::VisitAgain(Visit {
        care: Some(Care::HomeVisit),
        ..Visit::default()
    }));
    cell.press("閉じる");
    cell.end()
}
