//! Which result codes an operation can be answered with. *Assumed* as the codes are; that the registry
//! answers no other is held by its tests.

use crate::Decision::{self, *};
use crate::Operation::{self, *};

impl Decision {
    /// Whether an answer to the operation can have it. A request that is no operation of a profile is
    /// [`Decision::Unmatched`], and only that.
    #[must_use]
    pub const fn can_answer(self, operation: Operation) -> bool {
        let is_by_card = matches!(
            operation,
            EligibilityByCertificate
                | EligibilityBySignature
                | MedicalInformation
                | InstitutionConsent
        );
        let is_eligibility = matches!(
            operation,
            EligibilityByCertificate
                | EligibilityBySignature
                | EligibilityByNumber
                | EmergencySearch
        );
        let is_login = matches!(operation, FirstLogin | Login);
        // The app's own, which asks no service.
        let is_own = matches!(operation, ResultOutput);
        match self {
            Ok | Malformed => true,
            NotRegistered => is_by_card,
            CertExpired | CertRevoked | CertUnknown | JpkiMaintenance => {
                is_by_card || matches!(operation, Register)
            }
            CertExpiredGrace => {
                matches!(operation, EligibilityByCertificate | EligibilityBySignature)
            }
            NoQualification => is_eligibility || matches!(operation, EligibilityByConsent),
            Multiple => is_eligibility,
            Withheld => is_eligibility || is_by_card,
            TerminalUnknown => !matches!(operation, FirstLogin) && !is_own,
            TerminalRevoked => !matches!(operation, FirstLogin | PatientEntrance) && !is_own,
            CodeNotReady | CodeInvalid | CodeUsed => matches!(operation, FirstLogin),
            AccountNeverLoggedIn | AccountLocked | PasswordWrong => is_login,
            FunctionOff | Outage | NotPermitted => !is_own,
            // システム障害時モード is for just that.
            Busy => !matches!(operation, EmergencySearch),
            SignatureInvalid => matches!(
                operation,
                EligibilityByCertificate | EligibilityBySignature | Register | InstitutionConsent
            ),
            ChallengeUnknown => matches!(
                operation,
                EligibilityBySignature | Register | InstitutionConsent
            ),
            ConsentMissing => matches!(
                operation,
                RegistrationConsent | Register | MedicalInformation | EligibilityByConsent
            ),
            SessionInvalid => !is_login && !matches!(operation, PatientEntrance),
            Unmatched => false,
        }
    }
}
