//! The subcommands: what each does, and what it says when it cannot.

mod ca;
pub(crate) mod card;
mod case;
mod claim;
mod command_line;
mod consumer;
mod counter;
#[cfg(test)]
#[cfg(unix)]
mod crowd;
pub(crate) mod decode;
mod demo;
mod doctor;
mod draft;
mod evidence;
mod explore;
mod import;
pub(crate) mod input;
mod judge;
mod list;
mod mutants;
mod names;
mod operator;
mod order;
mod own_words;
mod plan;
mod prepared;
mod product;
mod profile;
mod replay;
mod reports;
mod run;
mod scenario;
mod screen;
mod selection;
pub(crate) mod serve;
mod shards;
mod shell;
mod shrink;
mod sweep;
mod sweeper;
mod ticket;
mod trouble;
mod workers;

#[cfg(all(test, unix))]
pub(crate) use serve::control_words;

use madoguchi_terms::Lang;

use crate::cli::Invocation;
use crate::exit::Exit;

/// Performs what the user asked for.
pub(crate) fn perform(invocation: Invocation, lang: Lang) -> Exit {
    let outcome = match invocation {
        Invocation::Run(options) => run::run(&options, lang),
        Invocation::Demo(options) => demo::demo(*options, lang),
        Invocation::ReferenceClient(arguments) => Ok(demo::client(&arguments)),
        Invocation::ForShell(what) => shell::write(&what, lang),
        Invocation::List(what) => list::list(&what, lang),
        Invocation::Judge(options) => judge::judge(&options, lang),
        Invocation::Decode(options) => decode::decode(&options, lang),
        Invocation::Import(options) => import::import(&options, lang),
        Invocation::Verify(options) => evidence::verify(&options, lang),
        Invocation::Serve(options) => serve::serve(&options, lang),
        Invocation::Schema(format) => list::schema(&format),
        Invocation::Compare(before, after) => shards::compare(&before, &after, lang),
        Invocation::Merge(options) => shards::merge(&options, lang),
        Invocation::Plan(options) => plan::plan(&options, lang),
        Invocation::Profile(command) => profile::profile(&command, lang),
        Invocation::Operator(command) => operator::operator(&command, lang),
        Invocation::Card(command) => card::card(&command, lang),
        Invocation::Ca(command) => ca::ca(&command, lang),
        Invocation::Scenario(command) => scenario::scenario(&command, lang),
        Invocation::Mutants(options) => mutants::mutants(&options, lang),
        Invocation::Replay(options) => replay::replay(&options, lang),
        Invocation::Shrink(options) => shrink::shrink(&options, lang),
        Invocation::Explore(options) => explore::explore(&options, lang),
        Invocation::Sweep(options) => sweep::sweep(&options, lang),
        Invocation::Ticket(options) => ticket::ticket(&options, lang),
        Invocation::Doctor(options) => doctor::doctor(&options, lang),
        Invocation::Help(page) => screen::print(&page.plain(lang)),
    };
    outcome.unwrap_or_else(|trouble| trouble.tell(lang))
}

/// What to say after a panic, which is always a bug of ours.
pub(crate) fn own_bug(lang: Lang) -> Exit {
    anstream::eprintln!(
        "{}",
        lang.pick(
            "madoguchi の不具合です。上の表示とともに報告してください。記録は残っています。",
            "this is a bug of madoguchi; please report it with the lines above. The trace is on disk.",
        )
    );
    Exit::INTERNAL
}
