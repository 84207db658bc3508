//! What a reader says about itself, and the readers that clients meet in the field.

/// Name and properties of a reader. [`From`] a name that a [`Model`] has, the model's properties
/// follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personality {
    /// The name under which clients find the reader: 1 to 127 bytes of UTF-8 without NUL.
    pub name: String,
    /// SCARD_ATTR_VENDOR_NAME.
    pub vendor: String,
    /// SCARD_ATTR_VENDOR_IFD_VERSION, `MMmmbbbb`.
    pub version: u32,
    /// SCARD_ATTR_VENDOR_IFD_SERIAL_NO; many readers have none.
    pub serial: Option<String>,
    /// wIdVendor and wIdProduct of its USB device.
    pub usb: (u16, u16),
    /// How it meets cards. A contactless reader answers pseudo-APDUs (CLA `FF`) by itself, a
    /// contact reader passes them on to the card.
    pub interface: Interface,
    /// Who drives it for the service.
    pub driver: Driver,
}

/// Who stands between a reader and the service (pcsc-lite calls it an IFD handler).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Driver {
    /// libccid 1.5.2 (*specified* by its source).
    #[default]
    Ccid,
    /// vsmartcard's ifd-vpcd 3.3 behind pcscd 1.9.9 (*observed*): no control code, no attribute, and
    /// every answer is said to be T=0.
    Vpcd,
}

/// How a reader meets cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interface {
    /// Contacts (ISO 7816-3); an ICC in the words of dual readers.
    Contact,
    /// The field of an antenna (ISO 14443); a PICC.
    Contactless,
}

/// A reader that is sold, or vsmartcard's virtual one. Names and numbers are those of libccid's list
/// (*specified* by it); that a dual reader calls its halves ICC and PICC is *observed* by others, the
/// brackets *assumed*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Model {
    /// The name in libccid's list, without unit numbers.
    pub name: &'static str,
    /// idVendor and idProduct.
    pub usb: (u16, u16),
    /// Its readers; two for a dual reader.
    pub interfaces: &'static [Interface],
    /// Who drives it.
    pub driver: Driver,
}

use Interface::{Contact, Contactless};

/// The readers that Japanese counters use, and some that are everywhere.
pub const MODELS: &[Model] = &[
    model("SONY FeliCa RC-S300/S", (0x054C, 0x0DC8), &[Contactless]),
    model("SONY FeliCa RC-S300/P", (0x054C, 0x0DC9), &[Contactless]),
    model("SONY FeliCa RC-S660/U", (0x054C, 0x0D8F), &[Contactless]),
    // No CCID device and not in libccid's list; under Windows it has a driver of its own. The
    // product number is assumed.
    model(
        "Sony FeliCa Port/PaSoRi 3.0",
        (0x054C, 0x06C3),
        &[Contactless],
    ),
    model("ACS ACR39U ICC Reader", (0x072F, 0xB100), &[Contact]),
    model("ACS ACR3901U ICC Reader", (0x072F, 0xB000), &[Contact]),
    model(
        "ACS ACR1251 Dual Reader",
        (0x072F, 0x221A),
        &[Contactless, Contact],
    ),
    model(
        "ACS ACR1252 Dual Reader",
        (0x072F, 0x223B),
        &[Contactless, Contact],
    ),
    model(
        "ACS ACR122U PICC Interface",
        (0x072F, 0x2200),
        &[Contactless],
    ),
    model(
        "NTT Communications Corp. SCR3310-NTTCom USB SmartCard Reader",
        (0x04E6, 0x511A),
        &[Contact],
    ),
    model(
        "SCM Microsystems Inc. SCR 3310",
        (0x04E6, 0x5116),
        &[Contact],
    ),
    model(
        "Identiv uTrust 3700 F CL Reader",
        (0x04E6, 0x5790),
        &[Contactless],
    ),
    model(
        "Identive CLOUD 2700 F Smart Card Reader",
        (0x04E6, 0x5710),
        &[Contact],
    ),
    model(
        "HID Global OMNIKEY 5022 Smart Card Reader",
        (0x076B, 0x5022),
        &[Contactless],
    ),
    model("Gemalto PC Twin Reader", (0x08E6, 0x3437), &[Contact]),
    model("Gemalto IDBridge K3000", (0x08E6, 0x8141), &[Contact]),
    model(
        "Panasonic Panasonic USB Smart Card Reader 7A-Smart",
        (0x04DA, 0x117A),
        &[Contact],
    ),
    model(
        "TOPPAN FORMS CO.,LTD TC63CUT021",
        (0x23EB, 0x0003),
        &[Contact],
    ),
    // No device at all; it passes every command on to the card, as a reader with contacts does.
    Model {
        driver: Driver::Vpcd,
        ..model("Virtual PCD", (0, 0), &[Contact])
    },
];

const fn model(name: &'static str, usb: (u16, u16), interfaces: &'static [Interface]) -> Model {
    Model {
        name,
        usb,
        interfaces,
        driver: Driver::Ccid,
    }
}

impl Model {
    /// The model whose name begins like this one's.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        MODELS.iter().find(|model| name.starts_with(model.name))
    }

    /// Its readers as pcscd names them where it is the reader with this number, from 0:
    /// `SONY FeliCa RC-S300/P (1234567) 00 00`. After it was unplugged the number may be another.
    #[must_use]
    pub fn personalities(&self, serial: Option<&str>, unit: u8) -> Vec<Personality> {
        let serial_part = serial
            .map(|serial| format!(" ({serial})"))
            .unwrap_or_default();
        let halves = self.interfaces.len() > 1;
        let reader = |(interface, unit): (&Interface, u8)| {
            let half = match interface {
                _ if !halves => String::new(),
                Contact => format!(" [{} ICC]", self.short_name()),
                Contactless => format!(" [{} PICC]", self.short_name()),
            };
            Personality {
                name: format!("{}{half}{serial_part} {unit:02X} 00", self.name),
                vendor: vendor(self.name),
                serial: serial.map(str::to_owned),
                usb: self.usb,
                interface: *interface,
                driver: self.driver,
                ..Personality::PLAIN
            }
        };
        self.interfaces.iter().zip(unit..).map(reader).collect()
    }

    /// The name under Windows of the reader with this number, from 0: `Sony FeliCa Port/PaSoRi 3.0 0`
    /// (*observed* by others of that one reader, *assumed* of all others).
    #[must_use]
    pub fn windows_name(&self, unit: u8) -> String {
        format!("{} {unit}", self.name)
    }

    /// The name without the vendor's.
    fn short_name(&self) -> &'static str {
        self.name
            .split_once(' ')
            .map_or(self.name, |(_, rest)| rest)
    }
}

impl Personality {
    /// The longest name, in bytes; the wire has 128 with the NUL.
    pub const NAME_MAX: usize = 127;

    const PLAIN: Self = Self {
        name: String::new(),
        vendor: String::new(),
        version: 0x0100_0000,
        serial: None,
        usb: (0, 0),
        interface: Contact,
        driver: Driver::Ccid,
    };

    /// Whether a client can be told this name.
    pub(crate) fn is_speakable(&self) -> bool {
        (1..=Self::NAME_MAX).contains(&self.name.len()) && !self.name.contains('\0')
    }
}

impl<S: Into<String>> From<S> for Personality {
    /// A reader with this name; its vendor is the name's first word. A number in parentheses is its
    /// serial number.
    fn from(name: S) -> Self {
        let name = name.into();
        let serial = name
            .split_once('(')
            .and_then(|(_, rest)| rest.split_once(')'))
            .map(|(serial, _)| serial.to_owned());
        let model = Model::named(&name);
        let interface = match model.map(|model| model.interfaces) {
            Some([Contactless]) => Contactless,
            Some([_, _, ..]) if name.contains("PICC") => Contactless,
            _ => Contact,
        };
        Self {
            vendor: vendor(&name),
            serial,
            usb: model.map_or((0, 0), |model| model.usb),
            driver: model.map_or_else(Driver::default, |model| model.driver),
            interface,
            name,
            ..Self::PLAIN
        }
    }
}

fn vendor(name: &str) -> String {
    name.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_has_names_that_a_client_can_be_told_and_that_lead_back_to_it() {
        for model in MODELS {
            let readers = model.personalities(Some("1234567"), 0);
            assert_eq!(readers.len(), model.interfaces.len());
            for (reader, interface) in readers.into_iter().zip(model.interfaces) {
                assert!(reader.is_speakable());
                assert_eq!(reader.interface, *interface);
                assert_eq!(Personality::from(reader.name.clone()), reader);
            }
        }
    }

    #[test]
    fn a_dual_reader_has_two_names() {
        let model = Model::named("ACS ACR1252 Dual Reader").unwrap();
        let names: Vec<_> = model
            .personalities(None, 1)
            .into_iter()
            .map(|it| it.name)
            .collect();
        assert_eq!(
            names,
            [
                "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 01 00",
                "ACS ACR1252 Dual Reader [ACR1252 Dual Reader ICC] 02 00",
            ]
        );
    }

    #[test]
    fn windows_counts_readers_without_zeros() {
        let model = Model::named("Sony FeliCa Port/PaSoRi 3.0").unwrap();
        assert_eq!(model.windows_name(0), "Sony FeliCa Port/PaSoRi 3.0 0");
        assert_eq!(
            Personality::from(model.windows_name(0)).interface,
            Contactless
        );
    }

    #[test]
    fn a_name_of_nobody_is_a_plain_reader() {
        let reader = Personality::from("窓口 リーダー");
        assert_eq!((reader.usb, reader.interface), ((0, 0), Contact));
        assert_eq!(reader.serial, None);
    }
}
