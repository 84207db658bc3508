//! 居宅同意取得型 and オンライン診療等: at the first visit the patient designates the institution with
//! the card, by PIN or by sight, and consents; later the institution asks without the card. マイナ在宅受付Web lets
//! patients do it on a device of their own.

use crate::app::{App, Purpose, Stage};
use crate::conduct::Done;
use crate::contract::{Care, Conditions, Designation, Entrance, IdentityCheck, Screen};
use crate::patient::Patient;
use crate::screens::{self, button};
use crate::service::Request;
use crate::wire::{Field, Operation};

impl App {
    /// 医療機関の指定. What the patient decides is sent with the proof that the card gives.
    pub(crate) fn designate(&mut self, designation: Designation) -> Done {
        let check = designation.method;
        self.patient = Patient::new(check);
        self.patient.designation = Some(designation);
        match check {
            IdentityCheck::Visual => self.show_reading(Purpose::Check),
            IdentityCheck::Pin => self.show_pin_entry(None),
        }
    }

    /// 同意登録: done.
    pub(crate) fn show_designated(&mut self) -> Done {
        let screen = Screen {
            title: "同意登録完了",
            buttons: vec![button::CLOSE],
            ..Screen::default()
        };
        self.show(Stage::Result, screen)
    }

    /// Asks for those who designated this institution. No card is needed.
    pub(crate) fn visit_again(&mut self, conditions: &Conditions) -> Done {
        let request = self.service.request(Operation::EligibilityByConsent);
        self.ask_with(request, conditions)
    }

    /// Comes in by an institution's link: the session can only consent.
    pub(crate) fn enter_by_link(&mut self, entrance: &Entrance) -> Done {
        let request = self
            .service
            .request(Operation::PatientEntrance)
            .with(Field::EntranceToken, &entrance.entrance_token);
        let answer = match self.service.send(&request) {
            Ok(answer) => answer,
            Err(error) => return self.show_login(Some(error.to_string())),
        };
        let Some(token) = answer.text(Field::SessionToken) else {
            return self.show(Stage::Result, screens::refused(&answer));
        };
        self.service.open_session(token);
        let institution = answer.text(Field::DesignatedInstitution);
        let screen = Screen {
            title: "マイナ在宅受付Web",
            fields: institution
                .map(|code| ("医療機関等コード", code.to_owned()))
                .into_iter()
                .collect(),
            ..Screen::default()
        };
        self.show(Stage::Result, screen)
    }
}

/// The request with what the patient decided.
pub(crate) fn told(consent: Request, designation: &Designation) -> Request {
    let shares = designation.information == "agrees";
    consent
        .with(Field::DesignatedInstitution, &designation.institution)
        .with(
            Field::CareCategory,
            match designation.care {
                Care::HomeVisit => "2",
                Care::Online => "3",
            },
        )
        .with(Field::InformationConsent, if shares { "1" } else { "0" })
}
