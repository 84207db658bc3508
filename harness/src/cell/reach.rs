//! From where a cell's service can be reached, and under which names.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use jiff::Timestamp;
use madoguchi_fixtures::pki::{Host, PkiError, TlsRoot};

use super::authority::{Authorities, key};
use crate::installation::{KeptRoot, NotKept};

/// Where a service listens, and what else it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Port 0 takes a free one.
    pub(crate) bind: SocketAddr,
    /// What the server's certificate is for beside the usual names.
    pub(crate) hosts: Vec<Host>,
    /// Whether there is a proxy, too, also where the scenario does not ask for one.
    pub(crate) proxy: bool,
}

impl Default for Reach {
    /// This machine only.
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            hosts: Vec::new(),
            proxy: false,
        }
    }
}

impl Reach {
    /// Whether other machines can reach the service.
    pub(crate) const fn is_open(&self) -> bool {
        !self.bind.ip().is_loopback()
    }

    /// The base URL of a service that listens on `port`: the first name that was asked for, else
    /// the address.
    pub(crate) fn url(&self, port: u16) -> String {
        format!("https://{}:{port}", self.host())
    }

    /// The same with a name in the place of an address of this machine.
    pub(crate) fn url_by_name(&self, port: u16) -> String {
        if self.is_open() || !self.hosts.is_empty() {
            return self.url(port);
        }
        let name = match TWO_ADDRESSES.is_known() {
            true => TWO_ADDRESSES.name,
            false => "localhost",
        };
        format!("https://{name}:{port}")
    }

    /// The same with a name that leads there through the proxy: on this machine nobody else knows it.
    pub(crate) fn url_by_proxy(&self, port: u16) -> String {
        if self.is_open() || !self.hosts.is_empty() {
            return self.url(port);
        }
        format!("https://{}:{port}", TWO_ADDRESSES.name)
    }

    /// The URL of a proxy that listens on `port`. On this machine it is the address: a name that
    /// only the proxy knows does not lead to it.
    pub(crate) fn proxy_url(&self, port: u16) -> String {
        let host = if self.is_open() {
            self.host()
        } else {
            self.address()
        };
        format!("http://{host}:{port}")
    }

    fn host(&self) -> String {
        match self.hosts.first().map(Host::to_string) {
            Some(host) => match host.parse() {
                Ok(IpAddr::V6(v6)) => format!("[{v6}]"),
                _ => host,
            },
            None => self.address(),
        }
    }

    fn address(&self) -> String {
        match self.bind.ip() {
            ip if ip.is_unspecified() => "localhost".to_owned(),
            IpAddr::V6(v6) => format!("[{v6}]"),
            IpAddr::V4(v4) => v4.to_string(),
        }
    }

    /// All that the server's certificate is for beside the usual names.
    fn all_hosts(&self) -> Vec<Host> {
        let ip = self.bind.ip();
        let own = (!ip.is_unspecified()).then(|| Host::from(ip));
        let mut hosts = self.hosts.clone();
        hosts.extend(own.filter(|own| !own.is_always_permitted() && !self.hosts.contains(own)));
        hosts
    }

    /// Whether the root of the installation may vouch for this service.
    pub(crate) fn is_under_the_kept_root(&self) -> bool {
        self.all_hosts().iter().all(Host::is_always_permitted)
    }

    /// The authorities of a counter that is held open: under the root of the installation where
    /// that may vouch for all its names, else under one for this time only.
    /// Where nothing can be kept, that is for this time only, too, and said.
    pub(crate) fn authorities(
        &self,
        now: Timestamp,
    ) -> Result<(Authorities, Option<NotKept>), PkiError> {
        let hosts = self.all_hosts();
        let (kept, trouble) = match self.is_under_the_kept_root().then(|| KeptRoot::open(now)) {
            Some(Ok(kept)) => (Some(kept.authority), None),
            Some(Err(trouble)) => (None, Some(trouble)),
            None => (None, None),
        };
        let root = match kept {
            Some(root) => root,
            None => TlsRoot::for_hosts(&key(), 1, now, &hosts)?,
        };
        Ok((Authorities::under(root, &hosts, now)?, trouble))
    }
}

/// A name with several addresses, which a network of the run's own knows.
pub(crate) struct Named {
    pub(crate) name: &'static str,
    /// In the order in which they are told.
    addresses: [&'static str; 2],
}

/// Nobody answers the first of them, which every resolver prefers (RFC 6724 §2.1). The server's certificate is for this name, too.
pub(crate) const TWO_ADDRESSES: Named = Named {
    name: "madoguchi.test",
    addresses: ["::1", "127.0.0.1"],
};

impl Named {
    /// What a file of hosts says of it.
    pub(crate) fn lines(&self) -> String {
        let lines = self.addresses.iter();
        lines
            .map(|address| format!("{address} {}\n", self.name))
            .collect()
    }

    /// Whether this machine's file of hosts says that. Nobody else is asked.
    fn is_known(&self) -> bool {
        let hosts = std::fs::read_to_string(HOSTS).unwrap_or_default();
        hosts.contains(&self.lines())
    }
}

/// The file of hosts.
pub(crate) const HOSTS: &str = "/etc/hosts";

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(bind: &str, hosts: &[&str]) -> Reach {
        Reach {
            bind: bind.parse().unwrap(),
            hosts: hosts.iter().map(|host| host.parse().unwrap()).collect(),
            proxy: false,
        }
    }

    #[test]
    fn a_service_is_called_by_its_first_name_or_by_its_address() {
        for (bind, hosts, url) in [
            ("127.0.0.1:0", &[][..], "https://127.0.0.1:8443"),
            ("[::1]:0", &[], "https://[::1]:8443"),
            ("0.0.0.0:0", &[], "https://localhost:8443"),
            ("0.0.0.0:0", &["pc1.test"], "https://pc1.test:8443"),
            ("192.0.2.5:0", &[], "https://192.0.2.5:8443"),
        ] {
            assert_eq!(reach(bind, hosts).url(8443), url);
        }
    }

    #[test]
    fn by_name_it_is_called_where_only_this_machine_can_reach_it() {
        let url = reach("127.0.0.1:0", &[]).url_by_name(8443);
        let name = if TWO_ADDRESSES.is_known() {
            "madoguchi.test"
        } else {
            "localhost"
        };
        assert_eq!(url, format!("https://{name}:8443"));
        for (bind, hosts) in [("0.0.0.0:0", &["pc1.test"][..]), ("192.0.2.5:0", &[])] {
            let reach = reach(bind, hosts);
            assert_eq!(reach.url_by_name(8443), reach.url(8443));
        }
    }

    #[test]
    fn a_proxy_on_this_machine_is_called_by_its_address() {
        for (bind, hosts, url) in [
            ("127.0.0.1:0", &["app.test"][..], "http://127.0.0.1:3128"),
            ("[::1]:0", &["app.test"], "http://[::1]:3128"),
            ("0.0.0.0:0", &["pc1.test"], "http://pc1.test:3128"),
        ] {
            assert_eq!(reach(bind, hosts).proxy_url(3128), url);
        }
    }

    #[test]
    fn the_root_that_devices_were_told_to_trust_vouches_for_test_names_only() {
        assert!(reach("127.0.0.1:0", &[]).is_under_the_kept_root());
        assert!(reach("0.0.0.0:0", &["pc1.test"]).is_under_the_kept_root());
        assert!(!reach("192.0.2.5:0", &[]).is_under_the_kept_root());
        assert!(!reach("0.0.0.0:0", &["pc1.example"]).is_under_the_kept_root());
    }
}
