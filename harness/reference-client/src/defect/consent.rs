//! 居宅同意取得型 and オンライン診療等

use super::*;
use crate::contract::{Care, Designation, IdentityCheck};

defects! {
    "always-shares-information" breaks "consent.designation-as-told",
        "says that the patient shares medical information, whatever he or she said",
        "患者の答えによらず、診療情報の閲覧に同意したと伝える" => types(|action| {
        if let Action::Designate(designation) = action {
            "agrees".clone_into(&mut designation.information);
        }
    });
    "keeps-designation" breaks "consent.designation-as-told",
        "keeps a designation that is over, and registers it with the PIN of the next check once more",
        "終わった医療機関の指定を残し、次の資格確認の暗証番号でもう一度登録する" => {
        let told = kept::<Option<Designation>>();
        on::pin(move |app, pin| {
            let own = app.patient.designation.clone();
            if own.is_some() {
                told.set(own);
            } else {
                app.patient.designation = told.get();
            }
            Ok(pin)
        })
    };
    "keeps-staff-session" breaks "consent.link-session",
        "goes on in the session of the staff where a patient comes in by the link",
        "患者がリンクから入っても、職員のセッションのまま続ける" => {
        let staff = kept::<Option<String>>();
        [
            saw::answer(move |_, operation, answer| {
                if is_login(operation, answer) {
                    staff.set(answer.text(Field::SessionToken).map(str::to_owned));
                }
            }),
            on::headers(move |mut headers| {
                let carried = headers.iter_mut().find(|(name, _)| *name == "Authorization");
                if let (Some((_, value)), Some(token)) = (carried, staff.get()) {
                    *value = format!("Bearer {token}");
                }
                headers
            }),
        ]
    };
    "designates-without-pin" breaks "consent.proved-by-pin",
        "designates an institution without the signature that the PIN allows",
        "暗証番号による署名なしに医療機関を指定する" =>
        on::request(|_, request| Ok(unproved(request)));
    "takes-link-for-proof" breaks "consent.proved-by-pin",
        "takes the link by which a patient came in for the proof who it is",
        "患者が開いたリンクを本人の証明とみなす" => on::request(|app, request| {
        Ok(if app.service.has_terminal() { request } else { unproved(request) })
    });
    "loses-designation" breaks "consent.designation-as-told",
        "forgets the designation where the first PIN was wrong, and asks for the eligibility instead",
        "最初の暗証番号を誤ると指定を忘れ、代わりに資格を照会する" => {
        let is_second = kept::<bool>();
        saw::act(move |app, action| match action {
            Action::Designate(_) => {
                is_second.set(false);
            }
            Action::EnterPin(_) if is_second.set(true) => app.patient.designation = None,
            _ => {}
        })
    };
    "takes-sight-for-pin" breaks "consent.proved-by-pin",
        "says of a consent that was checked by eye that the PIN was entered",
        "目視で確認した同意を、暗証番号によるものとして送る" => on::request(|app, request| {
        let by_sight = app.patient.check == IdentityCheck::Visual;
        let is_consent = request.operation == Operation::InstitutionConsent;
        Ok(if by_sight && is_consent { request.with(Field::Method, "pin") } else { request })
    });
    "remembers-online-consent" breaks "consent.every-online-visit",
        "asks for consent to オンライン診療 only once",
        "オンライン診療の同意を一度しか求めない" => {
        let consented = kept::<bool>();
        acts(move |app, action| {
            let is_online = |designation: &Designation| designation.care == Care::Online;
            let again = matches!(action, Action::Designate(to) if is_online(to)) && consented.set(true);
            again.then(|| app.show_designated())
        })
    };
    "asks-for-card-again" breaks "consent.no-card-later",
        "asks for the card at a later visit",
        "後日の受診でカードを求める" => acts(|app, action| {
        matches!(action, Action::VisitAgain(_)).then(|| app.show_reading(Purpose::Check))
    });
    "hides-end-of-consent" breaks "consent.state-shown",
        "shows a consent that is over like one that is not",
        "終わった同意を終わっていないもののように示す" => results(|answer| {
        for result in &mut answer.results {
            result.remove(&Field::ConsentEndReason);
            if let Some(state) = result.get_mut(&Field::ConsentClassification)
                && state == "2"
            {
                "1".clone_into(state);
            }
        }
    });
    "conceals-designation" breaks "consent.outcome-told",
        "does not say that the consent was registered",
        "同意が登録されたことを伝えない" => answers(|_, operation, answer| {
        (operation == Operation::InstitutionConsent && answer.code() == "OK").then_some(Ok(()))
    });
}

/// A designation without what card and PIN prove.
fn unproved(request: Request) -> Request {
    if request.operation != Operation::InstitutionConsent {
        return request;
    }
    let told = request.with(Field::Method, "visual");
    told.without(Field::ChallengeId).without(Field::Signature)
}
