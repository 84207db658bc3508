//! What people do, in one word.

use crate::word::words;

words! {
    /// What the patient enters: a scenario knows no digits.
    Pin {
        /// The four digits of the card.
        Right,
        /// Four others.
        Wrong,
        /// The first three of the right ones: what cannot be a PIN.
        Short,
        /// The right ones and a fifth.
        Long,
        /// The right ones in full width.
        FullWidth,
        /// Four letters.
        Letters,
        /// Nothing.
        Empty,
    }

    /// What happens instead, while a card is awaited.
    Missed {
        /// Nobody comes with one.
        Nobody,
        /// The reader is pulled out.
        Unplugged,
        /// The PC/SC service ends.
        ServiceStopped,
    }

    /// In whose hands a mobile device is.
    Hands {
        /// The patient's, who types the PIN and places the card.
        Patient,
        /// The staff's.
        Staff,
    }

    /// What is shown to a mobile device that is locked: a scenario knows no digits.
    Passcode {
        /// ログインパスコード of the staff.
        Right,
        /// Another one.
        Wrong,
    }

    /// How a client ends that is started again, where nobody closes it.
    Restart {
        /// It is killed: it crashes, or the machine loses its power.
        Killed,
    }

    /// What happens to the client's files.
    Disk {
        /// The client's folder takes nothing from now on.
        Refuses,
        /// The file of a private key cannot be written any more; key and certificate are gone.
        KeyRefused,
        /// It takes everything again, and what was in it is there.
        Takes,
        /// All files are empty: the machine lost its power before they were written out.
        Emptied,
        /// All files end in the middle.
        Halved,
        /// All files hold something else.
        Garbled,
        /// The private key is gone, the certificate is there.
        KeyLost,
        /// The certificate is gone, the private key is there.
        CertificateLost,
    }

    /// What the staff mistype at a login.
    Slip {
        /// The password.
        WrongPassword,
        /// A digit of the activation code.
        WrongCode,
        /// The activation code ends a digit early.
        ShortCode,
        /// They choose no passcode for the mobile device.
        NoPasscode,
        /// Nothing, but they choose another passcode than before, and enter that one from then on.
        OtherPasscode,
        /// The user ID, which they leave out.
        NoUserId,
    }
}
