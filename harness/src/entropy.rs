//! Randomness as a function of the seed, so that a run can be shown again.
//!
//! It feeds nonces, handles and codes of the mock. TLS keys are not seeded: they must be secret.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng as _, SeedableRng as _};

/// Who consumes a stream of random bytes; each has one of its own, so that one more nonce does
/// not change every handle.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Consumer {
    Card = 1,
    Service = 2,
    Web = 3,
    Persons = 4,
}

/// Fills a slice with random bytes.
pub(crate) type Entropy = Box<dyn FnMut(&mut [u8]) + Send>;

/// The random bytes of `consumer` in a case with this seed.
pub(crate) fn seeded(seed: u64, consumer: Consumer) -> Entropy {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    rng.set_stream(consumer as u64);
    Box::new(move |bytes| rng.fill_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(seed: u64, consumer: Consumer) -> [u8; 8] {
        let mut bytes = [0; 8];
        seeded(seed, consumer)(&mut bytes);
        bytes
    }

    #[test]
    fn equal_seeds_give_equal_bytes_and_consumers_do_not_disturb_each_other() {
        assert_eq!(first(7, Consumer::Service), first(7, Consumer::Service));
        assert_ne!(first(7, Consumer::Service), first(8, Consumer::Service));
        assert_ne!(first(7, Consumer::Service), first(7, Consumer::Card));
    }
}
