//! What the service decides, told as a client sees it.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod activation;
mod admission;
mod bounded;
mod browsing;
mod bulk;
mod certificates;
mod counter;
mod eligibility;
mod emergency;
mod facts;
mod inquiry;
mod institutions;
mod numbers;
mod operators;
mod registration;
mod retry;
mod scale;
mod signature;
