//! XML as files of the external interface have it: read or refused by a rule, and no deeper than it is long.
#![no_main]

use libfuzzer_sys::fuzz_target;
use madoguchi_wire::{Element, read_xml};

fuzz_target!(|bytes: &[u8]| {
    match read_xml(bytes) {
        Ok(root) => assert!(count(&root) <= bytes.len(), "more elements than bytes"),
        Err(refused) => assert!(!refused.rule.is_empty(), "a rule"),
    }
});

fn count(root: &Element) -> usize {
    let mut left = vec![root];
    let mut count = 0;
    while let Some(element) = left.pop() {
        count += 1;
        left.extend(&element.children);
    }
    count
}
