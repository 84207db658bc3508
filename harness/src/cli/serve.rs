//! `madoguchi serve`: card, reader and service for a client that is started by hand.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use madoguchi_fixtures::pki::{Host, NoHost};
use madoguchi_layout::Policies;
use madoguchi_terms::Lang;

use super::option::{maybe, one, out, policies, profile, seed, words};
use super::reports::strict;
use crate::cell::reach::Reach;
use crate::cell::reader::Route;

/// `madoguchi serve`: card, reader and service for a client started by hand.
#[derive(Debug)]
pub(crate) struct Serve {
    pub(crate) scenario: String,
    pub(crate) profile: String,
    pub(crate) seed: u64,
    /// Whose certificate policies, where not those that the scenario names.
    pub(crate) policies: Option<Policies>,
    pub(crate) route: Route,
    pub(crate) folder: Option<PathBuf>,
    /// The file of a world that outlives the process.
    pub(crate) store: Option<PathBuf>,
    pub(crate) reach: Reach,
    /// Whether other machines may reach the service.
    pub(crate) for_other_machines: bool,
    pub(crate) words: Option<PathBuf>,
    /// Whether each event is said, also where nobody sits at a terminal.
    pub(crate) live: bool,
    /// Whether advice counts like every other requirement.
    pub(crate) strict: bool,
    pub(crate) out: Option<PathBuf>,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("serve")
                .about(t(
                    "カード・リーダー・Webサービスを開いたままにし、手で起動したクライアントを待つ",
                    "hold card, reader and service open for a client that you start by hand",
                ))
                .arg(
                    Arg::new("scenario")
                        .long("scenario")
                        .value_name("ID")
                        .default_value("happy/visual")
                        .help(t("どのシナリオの状況を用意するか", "whose situation to set up")),
                )
                .arg(
                    Arg::new("vpcd")
                        .long("vpcd")
                        .value_name("HOST:PORT")
                        .value_parser(value_parser!(SocketAddr))
                        .help(t(
                            "カードを vsmartcard の vpcd (本物の pcscd) に差す。例 127.0.0.1:35963",
                            "put the card into vsmartcard's vpcd, behind a real pcscd; such as 127.0.0.1:35963",
                        )),
                )
                .arg(
                    Arg::new("tcp")
                        .long("tcp")
                        .value_name("PORT")
                        .conflicts_with("vpcd")
                        .value_parser(value_parser!(u16))
                        .help(t(
                            "カードだけを 127.0.0.1 のポートで待たせる (vpcd の形式)。0 は空きポート",
                            "let the bare card wait on a port of 127.0.0.1, in vpcd's framing; 0 takes a free one",
                        )),
                )
                .arg(
                    Arg::new("folder")
                        .long("folder")
                        .value_name("DIR")
                        .value_parser(value_parser!(PathBuf))
                        .help(t(
                            "資格確認端末の連携フォルダーも開く: DIR の req, res, face (プロファイル oqs-xml-8.07)",
                            "open the exchange folders of a 資格確認端末 too: req, res and face in DIR (profile oqs-xml-8.07)",
                        )),
                )
                .arg(
                    Arg::new("store")
                        .long("store")
                        .value_name("FILE")
                        .value_parser(value_parser!(PathBuf))
                        .help(t(
                            "Webサービスが知ることを FILE に保存し、次回も続ける (なければ作る)",
                            "keep what the service knows in FILE and go on with it next time; made where there is none",
                        )),
                )
                .arg(
                    Arg::new("bind")
                        .long("bind")
                        .value_name("ADDR[:PORT]")
                        .default_value("127.0.0.1")
                        .value_parser(bind)
                        .help(t(
                            "Webサービスが待つアドレス。ほかの機械から使うときだけ変える。例 192.168.1.5:8443",
                            "where the service listens; change it only for other machines, such as 192.168.1.5:8443",
                        )),
                )
                .arg(
                    Arg::new("for-other-machines")
                        .long("for-other-machines")
                        .action(ArgAction::SetTrue)
                        .help(t(
                            "--bind でほかの機械から届くアドレスを使うことを認める",
                            "let --bind take an address that other machines reach",
                        )),
                )
                .arg(
                    Arg::new("proxy")
                        .long("proxy")
                        .action(ArgAction::SetTrue)
                        .help(t(
                            "CONNECT プロキシも開く。*.test を模擬に導き、ほかのホストは断って記録する",
                            "open a CONNECT proxy, too: it leads *.test to the mock, refuses and records every other host",
                        )),
                )
                .arg(
                    Arg::new("san")
                        .long("san")
                        .value_name("NAME")
                        .action(ArgAction::Append)
                        .value_parser(host)
                        .help(t(
                            "サーバー証明書に加えるホスト名やアドレス。本番のホストは指定できない",
                            "a name or address that the server's certificate is for, too; never one of a real service",
                        )),
                )
                .arg(
                    Arg::new("live")
                        .long("live")
                        .action(ArgAction::SetTrue)
                        .help(t(
                            "起きたことを 1 行ずつ表示する。端末では指定しなくても表示する",
                            "say what happens, a line each; on a terminal it is said without this",
                        )),
                )
                .arg(strict(lang))
                .arg(policies(lang))
                .arg(profile(lang))
                .arg(seed(lang))
                .arg(words(lang))
                .arg(out(lang))
}

pub(super) fn parse(m: &ArgMatches) -> Serve {
    Serve {
        scenario: one(m, "scenario"),
        route: route(m),
        folder: maybe(m, "folder"),
        store: maybe(m, "store"),
        reach: Reach {
            bind: one(m, "bind"),
            hosts: m.get_many("san").into_iter().flatten().cloned().collect(),
            proxy: m.get_flag("proxy"),
        },
        for_other_machines: m.get_flag("for-other-machines"),
        profile: one(m, "profile"),
        seed: one(m, "seed"),
        policies: maybe(m, "policies"),
        words: maybe(m, "words"),
        live: m.get_flag("live"),
        strict: m.get_flag("strict"),
        out: maybe(m, "out"),
    }
}

/// Where `serve` lays the card.
fn route(m: &ArgMatches) -> Route {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match (maybe(m, "vpcd"), maybe(m, "tcp")) {
        (Some(address), _) => Route::Vpcd(address),
        (_, Some(port)) => Route::Tcp(loopback(port)),
        _ => Route::Pcsc,
    }
}

/// An address, with a port or without (then a free one).
fn bind(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| text.parse().map(|ip: IpAddr| SocketAddr::new(ip, 0)))
        .map_err(|_| "write an IP address, with a port or without: 192.168.1.5:8443".to_owned())
}

fn host(text: &str) -> Result<Host, String> {
    text.parse().map_err(|error: NoHost| error.to_string())
}
