//! Where the service is: the address itself where that is what stands in its URL, else what the
//! system says of the name.
//!
//! The resolver of `ureq` starts a thread for each request that may not wait for ever, because the
//! system's may wait; with an address there is nothing to wait for.

use std::net::SocketAddr;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Finds the service.
#[derive(Debug, Default)]
pub(crate) struct ServiceResolver {
    names: DefaultResolver,
}

impl Resolver for ServiceResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        match address(uri) {
            Some(address) => {
                let mut found = self.empty();
                found.push(address);
                Ok(found)
            }
            None => self.names.resolve(uri, config, timeout),
        }
    }
}

/// The address that stands in the URL.
fn address(uri: &Uri) -> Option<SocketAddr> {
    let (scheme, authority) = (uri.scheme()?, uri.authority()?);
    let stated = DefaultResolver::host_and_port(scheme, authority)?;
    stated.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_not_looked_up_and_a_name_is() {
        let of = |url: &'static str| address(&Uri::from_static(url));
        for (url, stated) in [
            ("https://127.0.0.1:4430/limited/login", "127.0.0.1:4430"),
            ("https://127.0.0.1/", "127.0.0.1:443"),
            ("https://[::1]:4430/", "[::1]:4430"),
        ] {
            assert_eq!(of(url), stated.parse().ok(), "{url}");
            assert!(of(url).is_some(), "{url}");
        }
        assert_eq!(of("https://localhost:4430/"), None);
    }
}
