//! A WebDriver server that is started for one session, and ended with it.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use ureq::Agent;

use super::super::process::Env;
use super::answer::spoken;
use super::trouble::WebDriverTrouble;
use crate::interrupt::Watched;
use crate::process_group::end_group_of;

/// Between two questions whether a server that was started is ready.
const AGAIN: Duration = Duration::from_millis(50);

/// A server that was started here.
pub(super) struct Server {
    child: Child,
    pub(super) url: String,
    _watched: Watched,
}

impl Server {
    pub(super) fn start(
        argv: &[String],
        env: &Env,
        agent: &Agent,
        limit: Duration,
    ) -> Result<Self, WebDriverTrouble> {
        let program = argv[0].clone();
        let started = |error| WebDriverTrouble::Start {
            program: program.clone(),
            error,
        };
        // Free a moment ago; who else takes it makes the server say so by ending.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|free| free.local_addr())
            .map_err(started)?
            .port()
            .to_string();
        let mut command = Command::new(&program);
        command
            .args(argv[1..].iter().map(|word| word.replace("{port}", &port)))
            .envs(env)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn().map_err(started)?;
        let mut server = Self {
            _watched: Watched::new(child.id()),
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        let until = Instant::now() + limit;
        while Instant::now() < until && matches!(server.child.try_wait(), Ok(None)) {
            let status = spoken(agent.get(format!("{}/status", server.url)).call());
            if status.is_ok_and(|status| status["ready"] == json!(true)) {
                return Ok(server);
            }
            thread::sleep(AGAIN);
        }
        Err(WebDriverTrouble::NotReady { program, limit })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end_group_of(self.child.id());
        // Already gone is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::super::{Browser, Through};
    use super::*;

    #[test]
    fn a_program_that_is_no_webdriver_server_is_told_of_within_the_limit() {
        let limit = Duration::from_millis(200);
        let open = |program: &str| {
            let argv = [program.to_owned()];
            Browser::open(Through::Command(&argv, &Env::new()), &Map::new(), limit).unwrap_err()
        };
        assert!(matches!(
            open("no-such-program"),
            WebDriverTrouble::Start { .. }
        ));
        let this = std::env::current_exe().unwrap();
        let lists = format!("{}", this.display());
        let argv = [lists, "--list".to_owned()];
        let trouble =
            Browser::open(Through::Command(&argv, &Env::new()), &Map::new(), limit).unwrap_err();
        assert!(
            matches!(trouble, WebDriverTrouble::NotReady { .. }),
            "{trouble:?}"
        );
    }
}
