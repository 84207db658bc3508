//! The digest of what is judged by.

fn main() {
    madoguchi_digest::tell(&["src"]);
}
