//! Which hosts are the real services': nothing of ours goes to them, nothing of theirs comes in.

/// The line of the list of real services that `host` is or lies below, if any. Case and a dot at the end
/// do not count.
///
/// ```
/// use madoguchi_terms::production_host;
/// assert_eq!(production_host("API.myna.go.jp."), Some("go.jp"));
/// assert_eq!(production_host("cargo.jp"), None);
/// assert_eq!(production_host("127.0.0.1"), None);
/// ```
#[must_use]
pub fn production_host(host: &str) -> Option<&'static str> {
    let host = plain(host);
    listed().find(|listed| is_at_or_below(&host, listed))
}

/// The first of the list that is `host` or lies below it: what is made for a whole domain is made for
/// the host, too.
///
/// ```
/// use madoguchi_terms::production_host_below;
/// assert_eq!(production_host_below("jp"), Some("go.jp"));
/// assert_eq!(production_host_below("test"), None);
/// ```
#[must_use]
pub fn production_host_below(host: &str) -> Option<&'static str> {
    let host = plain(host);
    listed().find(|listed| is_at_or_below(listed, &host))
}

fn plain(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

fn is_at_or_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn listed() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("production-hosts.txt").lines();
    lines
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_holds_names_and_each_of_them_is_refused() {
        assert!(4 < listed().count());
        for host in listed() {
            assert!(
                host.contains('.') && !host.contains([' ', '*', '/']),
                "{host}"
            );
            assert_eq!(host, host.to_ascii_lowercase());
            let capitals = format!("www.{}", host.to_uppercase());
            assert!(production_host(host).is_some());
            assert!(production_host(&capitals).is_some());
            assert_eq!(production_host(&format!("{host}.test")), None);
            assert_eq!(production_host(&format!("x{host}")), None);
        }
    }

    #[test]
    fn what_lies_above_a_listed_host_is_known() {
        for host in ["jp", "OR.jp.", "service-now.com", "go.jp"] {
            assert!(production_host_below(host).is_some(), "{host}");
        }
        for host in ["test", "kakuu.go.jp", "p", "r.jp", ""] {
            assert_eq!(production_host_below(host), None, "{host}");
        }
    }
}
