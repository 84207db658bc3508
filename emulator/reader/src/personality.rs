//! What a reader says about itself.

/// Name and attributes of a reader.
///
/// Names imitate what clients meet in the field: libccid says
/// `SONY FeliCa RC-S300/P (1234567) 00 00`, Windows `Sony FeliCa Port/PaSoRi 3.0 0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personality {
    /// The name under which clients find the reader: 1 to 127 bytes of UTF-8 without NUL.
    pub name: String,
    /// SCARD_ATTR_VENDOR_NAME.
    pub vendor: String,
    /// SCARD_ATTR_VENDOR_IFD_VERSION, `MMmmbbbb`.
    pub version: u32,
    /// Whether the reader answers CM_IOCTL_GET_FEATURE_REQUEST (PC/SC part 10).
    pub features: bool,
}

impl Personality {
    /// The longest name, in bytes; the wire has 128 with the NUL.
    pub const NAME_MAX: usize = 127;

    /// Whether a client can be told this name.
    pub(crate) fn is_speakable(&self) -> bool {
        (1..=Self::NAME_MAX).contains(&self.name.len()) && !self.name.contains('\0')
    }
}

impl<S: Into<String>> From<S> for Personality {
    /// A reader with this name; its vendor is the name's first word.
    fn from(name: S) -> Self {
        let name = name.into();
        let vendor = name.split(' ').next().unwrap_or_default().to_owned();
        Self {
            name,
            vendor,
            version: 0x0105_0002,
            features: true,
        }
    }
}
