//! What a case asks of a product beside what every app does.

use std::collections::BTreeSet;

use madoguchi_scenarios::{
    Act, Device, Dialect, FacilityKind, Method, Scenario, Slip, TerminalKind, word,
};
use madoguchi_terms::{Lang, Say};

use super::{Extra, Output};
use crate::{Function, builtin};

/// Something that a case asks of a product and a statement may leave out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// A way of checking the identity.
    Method(&'static str),
    /// Windows and its rules of PC/SC.
    Windows,
    /// A reader with contacts.
    Contact,
    /// A way to hand results over.
    Output(Output),
    /// A kind of facility.
    Facility(String),
    /// A function.
    Extra(Extra),
    /// A telephone or tablet.
    Mobile,
    /// Another passcode at a later login; no statement speaks of it.
    NewPasscode,
}

impl Say for Feature {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Method(name) => lang.pick(format!("方法 {name}"), format!("method {name}")),
            Self::Windows => lang.pick("Windows の PC/SC", "PC/SC of Windows").to_owned(),
            Self::Contact => lang
                .pick("接触型のリーダー", "a reader with contacts")
                .to_owned(),
            Self::Output(output) => {
                let name = output.name();
                lang.pick(format!("受け渡し {name}"), format!("output {name}"))
            }
            Self::Facility(kind) => lang.pick(format!("施設 {kind}"), format!("facility {kind}")),
            Self::Mobile => lang.pick("携帯端末", "a mobile device").to_owned(),
            Self::NewPasscode => lang.pick("別のパスコード", "another passcode").to_owned(),
            Self::Extra(extra) => {
                let name = extra.name();
                lang.pick(format!("機能 {name}"), format!("function {name}"))
            }
        }
    }
}

impl Feature {
    /// A facility of this kind.
    #[must_use]
    pub fn facility(kind: FacilityKind) -> Self {
        Self::Facility(word(&kind))
    }
}

/// What a scenario asks of an app beside what every app does.
#[must_use]
pub fn needs(scenario: &Scenario) -> BTreeSet<Feature> {
    let given = &scenario.given;
    let mut needs = told(scenario);
    needs.insert(Feature::Facility(word(&given.facility.kind)));
    let contacts = |name: &str| name == "plastic-contact" || name.contains("ACR39U");
    let profile = given.card.profile.iter().chain(&given.reader.model);
    if profile.into_iter().any(|name| contacts(name)) {
        needs.insert(Feature::Contact);
    }
    if given.reader.dialect == Dialect::Windows {
        needs.insert(Feature::Windows);
    }
    needs.extend(scenario.when.iter().filter_map(|act| of_act(act)));
    let catalogue = builtin();
    let named = scenario
        .requirements
        .iter()
        .filter_map(|id| catalogue.get(id));
    needs.extend(named.filter_map(|named| of_function(named.function?)));
    needs
}

/// What of it a client is told to do, or meets at its counter: of that its hello says whether it can.
pub(super) fn told(scenario: &Scenario) -> BTreeSet<Feature> {
    let given = &scenario.given;
    let terminal = match given.facility.terminal {
        TerminalKind::Limited => None,
        TerminalKind::HomeConsent => Some(Feature::Extra(Extra::HomeConsent)),
        TerminalKind::Institution => Some(Feature::Extra(Extra::Institution)),
    };
    let mobile = (given.device == Device::Mobile).then_some(Feature::Mobile);
    let proxy = given.service.proxy.then_some(Feature::Extra(Extra::Proxy));
    let acts = scenario.when.iter().filter_map(|act| match &**act {
        Act::Designate(designation) if designation.method == Method::Visual => {
            Some(Feature::Extra(Extra::ConsentBySight))
        }
        Act::Login(Some(Slip::OtherPasscode)) => Some(Feature::NewPasscode),
        Act::ReadAloud => Some(Feature::Extra(Extra::ReadAloud)),
        Act::BrowseHistory(_) => Some(Feature::Extra(Extra::History)),
        _ => None,
    });
    let counter = [terminal, mobile, proxy].into_iter().flatten();
    counter.chain(acts).collect()
}

/// What an act asks of a product that no hello is asked about, or not because of this act.
fn of_act(act: &Act) -> Option<Feature> {
    match act {
        Act::ChooseMethod(method) | Act::SetMethod(method) => Some(Feature::Method(method.name())),
        Act::Press(label) if label == "目視確認" => {
            Some(Feature::Method(Method::Visual.name()))
        }
        Act::Press(label) if label.starts_with("健康保険証利用登録") => {
            Some(Feature::Extra(Extra::Registration))
        }
        Act::AskByNumber(_) | Act::SearchEmergency(_) => Some(Feature::Extra(Extra::Institution)),
        _ => None,
    }
}

const fn of_function(function: Function) -> Option<Feature> {
    match function {
        Function::Registration => Some(Feature::Extra(Extra::Registration)),
        Function::AssistanceInFull => Some(Feature::Extra(Extra::Assistance)),
        Function::History => Some(Feature::Extra(Extra::History)),
        Function::FunctionSwitch => None,
    }
}
