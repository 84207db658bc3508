//! The vocabulary of オンライン資格確認
#![forbid(unsafe_code)]
