//! What オンライン資格確認等システム knows and decides
#![forbid(unsafe_code)]
