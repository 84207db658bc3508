//! The app on a mobile device: opened by biometrics or passcode (生体認証・ログインパスコード), given to
//! the patient for PIN and card, and given back for the result. And 読み上げ, which PCs have too.

use crate::app::{App, Stage};
use crate::conduct::Done;
use crate::contract::{Action, Device, Hands, IdentityCheck, Pin, Screen};
use crate::patient::Patient;
use crate::screens;

/// What a mobile device knows beside the app on a PC.
pub(crate) struct Mobile {
    device: Device,
    pub(crate) hands: Hands,
    /// Opens the app. On a test device there are no biometrics: the passcode stands for them.
    pub(crate) passcode: Option<Pin>,
    /// Results that arrived in the patient's hands.
    pub(crate) withheld: Vec<Screen>,
}

impl Mobile {
    /// A device in the hands of the staff.
    pub(crate) fn new(device: Device) -> Self {
        Self {
            device,
            hands: Hands::Staff,
            passcode: None,
            withheld: Vec::new(),
        }
    }

    /// Opens with this from now on.
    pub(crate) fn keep_passcode(&mut self, passcode: Option<&Pin>) {
        if self.device == Device::Mobile {
            self.passcode = passcode.cloned();
        }
    }
}

impl App {
    /// Whether a result has to wait for the staff.
    pub(crate) fn withholds_results(&self) -> bool {
        self.conduct()
            .withholds(self.mobile.hands == Hands::Patient)
    }

    /// Whether the holder of the device may do that: a patient types the PIN, places and takes the
    /// card, and presses what the screen offers.
    pub(crate) fn patient_may(&self, action: &Action) -> bool {
        self.mobile.hands == Hands::Staff
            || matches!(
                action,
                Action::EnterPin(_)
                    | Action::PlaceCard
                    | Action::TakeCard
                    | Action::Press(_)
                    | Action::Close
            )
    }

    /// The device goes to the patient with the screen that is meant for him or her, and comes back
    /// to the result.
    pub(crate) fn hand_over(&mut self, hands: Hands) -> Done {
        self.mobile.hands = hands;
        if hands == Hands::Staff {
            for screen in std::mem::take(&mut self.mobile.withheld) {
                self.show(Stage::Result, screen)?;
            }
        }
        Ok(())
    }

    /// The device was put away: a person who takes it up sees nothing of patients.
    pub(crate) fn lock(&mut self) -> Done {
        self.patient = Patient::new(IdentityCheck::Visual);
        self.show(Stage::Asleep, screens::passcode(None))
    }

    pub(crate) fn unlock(&mut self, passcode: &Pin) -> Done {
        if self.mobile.passcode.as_ref() == Some(passcode) {
            return self.show_start();
        }
        let wrong = screens::passcode(Some("パスコードが違います"));
        self.show(Stage::Asleep, wrong)
    }

    /// 読み上げ: what stands on the screen, item by item.
    pub(crate) fn read_aloud(&mut self) -> Done {
        let fields = self.conduct().read_aloud(self.on_screen.clone());
        let items = fields
            .iter()
            .map(|(label, value)| format!("{label}、{value}。"));
        let text: String = items.collect();
        Ok(self.link.output("read-aloud", &text)?)
    }
}
