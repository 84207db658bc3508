//! Requests in the words of each built-in wire, with whatever body: understood or refused, never more; and
//! what a wire answers, read back.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use madoguchi_eligibility::Operation;
use madoguchi_fuzz::pieces;
use madoguchi_wire::{BUILTIN, HttpRequest, Profile, Recording, draft_from};

static WIRES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let names = BUILTIN.iter().map(|(name, _)| Profile::builtin(name));
    names.map(|wire| wire.expect("it is built in")).collect()
});

fuzz_target!(|input: &[u8]| {
    let Some(([wire, operation], input)) = input.split_first_chunk::<2>() else {
        return;
    };
    let wire = &WIRES[usize::from(*wire) % WIRES.len()];
    let operation = Operation::ALL[usize::from(*operation) % Operation::ALL.len()];
    let mut parts = pieces(input);
    let body = parts.next().unwrap_or_default().to_vec();
    let text = |part: Option<&[u8]>| String::from_utf8_lossy(part.unwrap_or_default()).into_owned();
    let (name, value, path) = (text(parts.next()), text(parts.next()), text(parts.next()));
    let mut request = match (wire.route(operation), wire.files(operation).first()) {
        (Some((method, path)), _) => HttpRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            body: body.clone(),
            ..HttpRequest::default()
        },
        (None, Some(file)) => HttpRequest::file(file.clone(), body.clone()),
        (None, None) => HttpRequest::file(path.clone(), body.clone()),
    };
    if !path.is_empty() {
        request.path = path;
    }
    request.headers.push((name, value));
    let _ = wire.terminal(&request);
    match wire.recognise(&request) {
        Ok(understood) => drop(wire.repeated(&understood)),
        Err(refused) => {
            let answer = refused.answer();
            let reply = wire.render(None, &answer);
            assert!(reply.status >= 400, "{}", reply.status);
        }
    }
    let _ = wire.reply_tree(Some(operation), &body);
    let _ = wire.read_reply(Some(operation), &body);
    if let Ok(recorded) = std::str::from_utf8(&body)
        && let Ok(recording) = Recording::parse(recorded)
    {
        let _ = draft_from("x", "mock-2025.05", &recording);
    }
});
