//! Cards of ours in the place of those in the field: what they answer to the log's own commands, and
//! what of it differs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use madoguchi_card::{Card, Profile};
use madoguchi_fixtures::{Issued, persona};
use madoguchi_incident::{Answered, Draft, Fidelity, Incident, Input, Lent, place};
use madoguchi_scenarios::{Given, Scenario};
use madoguchi_terms::Lang;
use serde_json::{Value as Json, json};

use crate::entropy::{Consumer, seeded};

/// Differences that are shown; all of them are in `incident.json`.
const MOST: usize = 10;

/// Asks the cards of the draft's persons.
pub(super) fn ask(incident: &Incident, draft: &Draft, scenario: &Scenario) -> Fidelity {
    let given = &scenario.given;
    let at = Timestamp::now();
    let mut known: BTreeMap<String, Option<Issued>> = BTreeMap::new();
    incident.phantom(draft, |id| {
        let issued = known.entry(id.to_owned()).or_insert_with(|| {
            let persona = persona(id).ok()?;
            persona.issue_under(given.card.policies, at).ok()
        });
        lent(issued.as_ref()?, given)
    })
}

/// A new card of a person, in good order.
fn lent(issued: &Issued, given: &Given) -> Option<Lent> {
    let own = given.card.profile.as_deref();
    let own = own.filter(|_| *given.persona == issued.persona);
    let profile = Profile::named(own.map_or(issued.card_profile, String::as_str))?;
    let card = &issued.personalization;
    let references = [
        (
            "auth-pin",
            card.authentication.as_ref().map(|one| &one.reference),
        ),
        (
            "sign-password",
            card.signature.as_ref().map(|one| &one.reference),
        ),
        ("profile-pin", Some(&card.profile_pin)),
    ];
    let values = references.map(|(role, known)| {
        let value = known.map(|known| known.value.expose().to_vec());
        (role, value)
    });
    let card = Card::new(card, profile, seeded(0, Consumer::Card)).ok()?;
    Some(Lent {
        card: Box::new(card),
        knows: Box::new(move |role| {
            let mut values = values.iter();
            values.find(|(known, _)| *known == role)?.1.clone()
        }),
    })
}

pub(super) fn json(fidelity: &Fidelity, inputs: &[Input]) -> Json {
    let of = |answered: &Answered| json!({ "sw": answered.sw.map(|sw| sw.to_string()), "length": answered.length });
    let different = fidelity.different.iter().map(|one| {
        json!({
            "at": place(inputs, one.at, Lang::En),
            "command": one.command,
            "field": of(&one.field),
            "ours": of(&one.ours),
        })
    });
    json!({
        "alike": fidelity.alike,
        "different": different.collect::<Json>(),
        "not-compared": fidelity.unknown,
    })
}

pub(super) fn say(
    out: &mut impl Write,
    fidelity: &Fidelity,
    inputs: &[Input],
    lang: Lang,
) -> io::Result<()> {
    let (alike, different) = (fidelity.alike, fidelity.different.len());
    let (compared, unknown) = (alike + different, fidelity.unknown);
    if compared == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "{}",
        lang.pick(
            format!("本ツールのカードは、記録のコマンド {compared} 件中 {alike} 件に同じ応答をします (比べられないもの {unknown} 件)"),
            format!("our card answers {alike} of {compared} commands of the log alike ({unknown} cannot be compared)"),
        )
    )?;
    let (field, ours) = lang.pick(("現場", "本ツール"), ("field", "ours"));
    for one in fidelity.different.iter().take(MOST) {
        let at = place(inputs, one.at, lang);
        let [theirs, own] = [&one.field, &one.ours].map(told);
        writeln!(
            out,
            "  {at}: {}: {field} {theirs}, {ours} {own}",
            one.command
        )?;
    }
    if different > 0 {
        writeln!(
            out,
            "{}",
            lang.pick(
                "違いは本ツールのカードについての所見です。incident.json とともに知らせてください",
                "what differs is a finding about our card: please report it, with incident.json",
            )
        )?;
    }
    Ok(())
}

fn told(answered: &Answered) -> String {
    let sw = answered
        .sw
        .map_or_else(|| "–".to_owned(), |sw| sw.to_string());
    match answered.length {
        0 => sw,
        length => format!("{length} B {sw}"),
    }
}
