//! What a page shows, read by a screen map.

use std::sync::Arc;

use madoguchi_trace::{ReadOff, Screen, Text};

use crate::client::screen_map::{Place, Plan, ScreenMap, Words};
use crate::client::webdriver::{Browser, Element, WebDriverTrouble};

/// Reads a page.
pub(super) struct Reader {
    pub(super) map: Arc<ScreenMap>,
    pub(super) browser: Browser,
    pub(super) busy: Option<String>,
    /// The part whose text is everything that a person can read.
    pub(super) text: String,
}

/// What is shown at a time: one screen, or one for each of several results.
pub(super) struct Seen {
    /// Its place in the map; none where it is not there.
    pub(super) plan: Option<usize>,
    pub(super) screens: Vec<Screen>,
}

impl Reader {
    /// What is shown; nothing where no screen of the map fits.
    pub(super) fn read(&self, since: u64) -> Result<Option<Seen>, WebDriverTrouble> {
        for (n, plan) in self.map.screens.iter().enumerate() {
            let Some(at) = &plan.at else { continue };
            if self.browser.displayed(at)?.is_none() {
                continue;
            }
            let parts = match &plan.each {
                Some(each) => self
                    .browser
                    .all(None, each)?
                    .into_iter()
                    .map(Some)
                    .collect(),
                None => vec![None],
            };
            let text = self.everything()?;
            let read =
                |part: Option<Element>| self.screen(plan, part.as_ref(), text.clone(), since);
            let screens = parts.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
            let plan = Some(n);
            return Ok((!screens.is_empty()).then_some(Seen { plan, screens }));
        }
        Ok(None)
    }

    fn screen(
        &self,
        plan: &Plan,
        part: Option<&Element>,
        text: Option<Text>,
        since: u64,
    ) -> Result<Screen, WebDriverTrouble> {
        let words = |words: &Words| match words {
            Words::Fixed(text) => Ok(Some(text.clone())),
            Words::Shown(place) => Ok(self.values(part, place)?.into_iter().next()),
        };
        let number = plan.number.as_ref().map(words).transpose()?.flatten();
        let mut fields = Vec::new();
        for (label, place) in plan.fields.iter() {
            let values = self.values(part, place)?.into_iter();
            fields.extend(values.map(|value| (Text::from(label.as_str()), value.into())));
        }
        let mut buttons = Vec::new();
        for (label, place) in plan.buttons.iter() {
            // A button may stand beside the part that it belongs to.
            if self.browser.displayed(&place.at)?.is_some() {
                buttons.push(label.as_str().into());
            }
        }
        Ok(Screen {
            n: 0,
            number: number.filter(|number| !number.is_empty()).map(Text::from),
            title: words(&plan.title)?.unwrap_or_default().into(),
            buttons,
            fields,
            read_off: Some(Box::new(ReadOff { since, text })),
        })
    }

    /// What can be seen at a place.
    fn values(
        &self,
        part: Option<&Element>,
        place: &Place,
    ) -> Result<Vec<String>, WebDriverTrouble> {
        let mut values = Vec::new();
        for element in self.browser.all(part, &place.at)? {
            if !self.browser.is_displayed(&element)? {
                continue;
            }
            values.push(match &place.attribute {
                None => self.browser.shown(&element)?,
                Some(name) => self.browser.attribute(&element, name)?.unwrap_or_default(),
            });
        }
        Ok(values)
    }

    /// Everything that a person can read.
    pub(super) fn everything(&self) -> Result<Option<Text>, WebDriverTrouble> {
        let whole = self.browser.all(None, &self.text)?;
        let text = whole.first().map(|whole| self.browser.text(whole));
        Ok(text.transpose()?.map(Text::from))
    }

    /// Whether the app says that it is at work.
    pub(super) fn is_busy(&self) -> Result<bool, WebDriverTrouble> {
        match &self.busy {
            Some(busy) => Ok(passing(self.browser.displayed(busy))?.flatten().is_some()),
            None => Ok(false),
        }
    }
}

/// Whether both say the same, whenever.
pub(super) fn same(one: Option<&Seen>, other: Option<&Seen>) -> bool {
    let plain = |screen: &Screen| {
        let text = screen.text().map(str::to_owned);
        let said = Screen {
            n: 0,
            read_off: None,
            ..screen.clone()
        };
        (said, text)
    };
    let plain = |seen: &Seen| seen.screens.iter().map(plain).collect::<Vec<_>>();
    matches!((one, other), (Some(one), Some(other)) if plain(one) == plain(other))
}

/// Nothing, where the page has changed between two questions about it.
pub(super) fn passing<T>(
    asked: Result<T, WebDriverTrouble>,
) -> Result<Option<T>, WebDriverTrouble> {
    match asked {
        Ok(told) => Ok(Some(told)),
        Err(trouble) if trouble.is_passing() => Ok(None),
        Err(trouble) => Err(trouble),
    }
}
