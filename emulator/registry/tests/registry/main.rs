//! What the service decides, told as a client sees it.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod activation;
mod admission;
mod certificates;
mod counter;
mod eligibility;
mod inquiry;
mod registration;
mod retry;
