//! One plan, every transport: what the card did and what the other end saw.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use madoguchi_iso7816::{Icc, LinkFault, Reply, StatusWord};
use madoguchi_reader::{DirectReader, Fault, Moment, Plan, Protocols, ReturnCode, ShareMode};

use crate::double::{CONTACTLESS, Clock, Gated, LIMIT, Stage, Watched};
use crate::vpcd::{Driver, listening};

/// A card that counts what it carries out.
#[derive(Clone, Default)]
struct Counting(Arc<Mutex<u32>>);

impl Counting {
    fn carried_out(&self) -> u32 {
        *self.0.lock().unwrap()
    }
}

impl Icc for Counting {
    fn atr(&self) -> &[u8] {
        CONTACTLESS
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        Ok(())
    }

    fn power_off(&mut self) {}

    fn reset(&mut self) -> Result<(), LinkFault> {
        Ok(())
    }

    fn transmit(&mut self, _command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        *self.0.lock().unwrap() += 1;
        reply.push(&[0xC0, 0xFF, 0xEE]);
        reply.finish(StatusWord::OK);
        Ok(())
    }
}

const READ: &[u8] = &[0x00, 0xB0, 0x00, 0x00, 0x03];

/// What came of the command that is hit, and how many commands the card carried out.
type Seen = (Option<Vec<u8>>, u32);

fn directly(plan: Plan) -> Seen {
    let card = Counting::default();
    let mut reader = DirectReader::new(card.clone(), Box::new(Clock::default()));
    reader.power_on().unwrap();
    reader.plan(plan);
    assert!(reader.transmit(READ).is_ok(), "the first is not hit");
    let seen = reader
        .transmit(READ)
        .ok()
        .map(|reply| reply.bytes().to_vec());
    (seen, card.carried_out() - 1)
}

fn over_pcsc(plan: Plan) -> Seen {
    let (card, stage) = (Counting::default(), Stage::new());
    stage
        .manager
        .insert(stage.reader, Box::new(card.clone()))
        .unwrap();
    stage.manager.plan(stage.reader, plan).unwrap();
    let mut session = stage.manager.open(Arc::new(()));
    let context = session.establish(2).unwrap();
    let (handle, protocol) = session
        .connect(context, Stage::READER, ShareMode::SHARED, Protocols::ANY)
        .unwrap();
    let mut reply = Reply::new();
    session
        .transmit(handle, protocol, READ, &mut reply)
        .unwrap();
    let result = session.transmit(handle, protocol, READ, &mut reply);
    (
        result.ok().map(|_| reply.bytes().to_vec()),
        card.carried_out() - 1,
    )
}

fn over_vpcd(plan: Plan) -> Seen {
    let (card, (vpicc, _)) = (Counting::default(), listening());
    vpicc.insert(Box::new(card.clone())).unwrap();
    vpicc.plan(plan);
    let mut driver = Driver::call(vpicc.address());
    assert_eq!(driver.ask(READ).len(), 5);
    driver.say(READ);
    let seen = driver.hear_or_end();
    (seen, card.carried_out() - 1)
}

#[test]
fn a_plan_does_the_same_on_every_transport() {
    let whole = vec![0xC0, 0xFF, 0xEE, 0x90, 0x00];
    let torn = |carried_out| Fault::Torn {
        carried_out,
        code: None,
    };
    let damaged = |carried_out| Fault::Damaged {
        carried_out,
        code: Some(ReturnCode::COMM_DATA_LOST),
    };
    let status = Fault::Status(StatusWord::FILE_NOT_FOUND);
    let table = [
        (torn(false), (None, 0)),
        (torn(true), (None, 1)),
        (Fault::Mute {}, (None, 0)),
        (damaged(false), (None, 0)),
        (damaged(true), (None, 1)),
        (status, (Some(vec![0x6A, 0x82]), 0)),
        (Fault::Short(2), (Some(vec![0xC0, 0xFF, 0x90, 0x00]), 1)),
        (Fault::Truncated(4), (Some(whole[..4].to_vec()), 1)),
        (
            Fault::Late(Duration::from_secs(9)),
            (Some(whole.clone()), 1),
        ),
    ];
    for (fault, seen) in table {
        for moment in [Moment::Apdu(2), Moment::Instruction { ins: 0xB0, nth: 2 }] {
            let plan = Plan::once(moment, fault);
            assert_eq!(directly(plan.clone()), seen, "{fault:?}, directly");
            assert_eq!(over_pcsc(plan.clone()), seen, "{fault:?}, over PC/SC");
            assert_eq!(over_vpcd(plan), seen, "{fault:?}, over vpcd");
        }
    }
}

#[test]
fn a_reader_that_is_unplugged_is_a_card_that_is_gone() {
    let plan = Plan::once(Moment::Apdu(2), Fault::Unplugged {});
    assert_eq!(directly(plan.clone()), (None, 0));
    assert_eq!(over_pcsc(plan.clone()), (None, 0));
    assert_eq!(over_vpcd(plan), (None, 0));
}

#[test]
fn an_answer_that_is_too_long_is_the_same_everywhere_for_one_seed() {
    let plan = |seed| Plan {
        seed,
        ..Plan::once(Moment::Apdu(2), Fault::Overlong(20))
    };
    let seen = directly(plan(1));
    assert_eq!(seen.0.as_ref().map(Vec::len), Some(25));
    assert_eq!(over_pcsc(plan(1)), seen);
    assert_eq!(over_vpcd(plan(1)), seen);
    assert_ne!(directly(plan(2)), seen);
}

#[test]
fn two_hundred_seeds_see_the_same_on_every_transport() {
    for seed in 0..200 {
        let plan = Plan::seeded(seed, 2);
        // The helpers want the first command to succeed.
        if plan.faults[0].at == Moment::Apdu(2) {
            let seen = directly(plan.clone());
            assert_eq!(over_pcsc(plan.clone()), seen, "{plan:?}");
            let expected = seen.0.clone().filter(|answer| !answer.is_empty());
            assert_eq!(over_vpcd(plan.clone()), (expected, seen.1), "{plan:?}");
        }
    }
}

#[test]
fn a_card_behind_vpcd_leaves_by_itself_when_its_time_has_come() {
    let (vpicc, _) = listening();
    let plan = Plan::once(Moment::After(Duration::from_secs(5)), Fault::REMOVAL);
    vpicc.plan(plan);
    vpicc.insert(Box::new(Counting::default())).unwrap();
    let mut driver = Driver::call(vpicc.address());
    assert!(driver.is_over());
    assert!(!vpicc.is_occupied());
}

#[test]
fn what_is_planned_for_a_card_that_is_laid_down_comes_before_any_client() {
    let stage = Stage::new();
    let (manager, reader) = (&stage.manager, stage.reader);
    let plan = Plan::once(Moment::After(Duration::ZERO), Fault::Reset {});
    manager.plan(reader, plan).unwrap();
    let (card, powering, may) = Gated::new();
    may.send(()).unwrap();
    let hand = manager.clone();
    let inserting = thread::spawn(move || hand.insert(reader, Box::new(card)));
    for what in ["it gets power", "it is reset"] {
        powering.recv_timeout(LIMIT).expect(what);
    }
    // The card lies there already, and a program that looks sees it.
    assert!(manager.is_occupied(reader));
    let (client, waiting, _) = Watched::new();
    let mut session = manager.open(client);
    let connecting = thread::spawn(move || {
        let context = session.establish(2).unwrap();
        let (shared, any) = (ShareMode::SHARED, Protocols::ANY);
        let (card, _) = session.connect(context, Stage::READER, shared, any)?;
        session.status(card).map(drop)
    });
    waiting.recv_timeout(LIMIT).expect("the client waits");
    may.send(()).unwrap();
    assert_eq!(inserting.join().unwrap(), Ok(()));
    assert_eq!(connecting.join().unwrap(), Ok(()), "nothing came after it");
}
