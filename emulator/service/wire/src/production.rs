//! Which hosts are the real services': nothing of theirs may come into a profile.

/// Whether a host is one of the real services', or below one.
///
/// ```
/// use madoguchi_wire::is_production_host;
/// assert!(is_production_host("API.myna.go.jp."));
/// assert!(!is_production_host("cargo.jp") && !is_production_host("127.0.0.1"));
/// ```
#[must_use]
pub fn is_production_host(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    hosts().any(|known| {
        host.strip_suffix(known)
            .is_some_and(|below| below.is_empty() || below.ends_with('.'))
    })
}

fn hosts() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../production-hosts.txt").lines();
    lines
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_holds_names_and_each_of_them_is_refused() {
        assert!(4 < hosts().count());
        for host in hosts() {
            assert!(
                host.contains('.') && !host.contains([' ', '*', '/']),
                "{host}"
            );
            assert!(is_production_host(host));
            assert!(is_production_host(&format!("www.{}", host.to_uppercase())));
            assert!(!is_production_host(&format!("{host}.test")));
            assert!(!is_production_host(&format!("x{host}")));
        }
    }
}
