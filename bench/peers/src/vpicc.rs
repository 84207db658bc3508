//! A card on the `vpicc` crate as it ships, which says 9000 to everything.
#![forbid(unsafe_code)]

struct Agreeable;

impl vpicc::VSmartCard for Agreeable {
    fn execute(&mut self, _: &[u8]) -> Vec<u8> {
        vec![0x90, 0x00]
    }
}

fn main() -> std::io::Result<()> {
    vpicc::connect()?.run(&mut Agreeable)
}
