//! Waiting for a change, in each version's way.

use super::client::{Client, READER_STATE, Served};
use super::command;
use crate::double::Stage;

const OLD_STATES: usize = 16 * READER_STATE;
const CHANGED: [u32; 2] = [0, 0];
const CANCELLED: [u32; 2] = [0, 0x8010_0002];

fn client(served: &Served, minor: u32) -> Client {
    let mut client = Client::raw(served);
    client.version(4, minor);
    client
}

#[test]
fn a_client_of_4_3_asks_for_the_states_and_then_waits() {
    let served = Served::new(Stage::new());
    let mut client = client(&served, 3);
    let states = client.call(command::STATES, &[], OLD_STATES);
    assert_eq!(Client::first_state(&states), 0x02);
    client.send(&Client::request(command::WAIT, &[0; 8]));
    assert!(client.is_silent(), "and the service has taken note");
    served.stage.insert();
    assert_eq!(client.receive_words(2), CHANGED);
    client.send(&Client::request(command::WAIT, &[0; 8]));
    assert_eq!(client.call(command::STOP, &[0; 8], 8), [0; 8]);
}

#[test]
fn a_client_of_4_4_gets_the_states_of_the_moment_from_which_it_waits() {
    for minor in [4, 5] {
        let served = Served::new(Stage::new());
        let mut client = client(&served, minor);
        let states = client.call(command::WAIT, &[], OLD_STATES);
        assert_eq!(Client::first_state(&states), 0x02);
        served.stage.insert();
        assert_eq!(client.receive_words(2), CHANGED);
        let states = client.call(command::WAIT, &[], OLD_STATES);
        assert_eq!(Client::first_state(&states), 0x34);
    }
}

#[test]
fn a_client_of_4_6_asks_for_the_states_while_it_begins_to_wait() {
    let served = Served::new(Stage::new());
    let mut client = client(&served, 6);
    client.send(&Client::request(command::WAIT, &[]));
    assert_eq!(client.call(command::SIZE, &[], 4), 16_u32.to_ne_bytes());
    let states = client.call(command::ARRAY, &[], OLD_STATES);
    assert_eq!(Client::first_state(&states), 0x02);
    served.stage.insert();
    assert_eq!(client.receive_words(2), CHANGED);
}

#[test]
fn a_client_of_4_6_is_not_told_of_a_change_before_it_has_the_states() {
    let served = Served::new(Stage::new());
    let mut client = client(&served, 6);
    client.send(&Client::request(command::WAIT, &[]));
    assert!(client.is_silent(), "and the service has taken note");
    served.stage.insert();
    assert_eq!(client.call(command::SIZE, &[], 4), 16_u32.to_ne_bytes());
    served.stage.manager.remove(served.stage.reader);
    let states = client.call(command::ARRAY, &[], OLD_STATES);
    assert_eq!(Client::first_state(&states), 0x02);
    assert_eq!(
        client.receive_words(2),
        CHANGED,
        "what is owed comes after them, once"
    );
    assert!(client.is_silent());
}

#[test]
fn states_without_an_announcement_do_not_begin_to_wait() {
    let served = Served::new(Stage::new());
    let mut client = client(&served, 6);
    client.call(command::ARRAY, &[], OLD_STATES);
    served.stage.insert();
    assert!(client.is_silent());
}

#[test]
fn whoever_stops_waiting_gets_exactly_one_answer() {
    for minor in [4, 6] {
        let served = Served::new(Stage::new());
        let mut client = client(&served, minor);
        let wait = |client: &mut Client| {
            client.send(&Client::request(command::WAIT, &[]));
            if minor == 6 {
                client.send(&Client::request(command::ARRAY, &[]));
            }
            client.receive(OLD_STATES);
        };
        wait(&mut client);
        assert_eq!(client.call(command::STOP, &[], 8), [0; 8]);
        assert!(client.is_silent());
        // The event is the answer, where it came first.
        wait(&mut client);
        served.stage.insert();
        assert_eq!(client.call(command::STOP, &[], 8), [0; 8]);
        assert!(client.is_silent());
        // No client waits, so none is answered.
        client.send(&Client::request(command::STOP, &[]));
        assert!(client.is_silent());
    }
}

#[test]
fn waiting_is_cancelled_over_another_connection() {
    let served = Served::new(Stage::new());
    let mut waiting = client(&served, 4);
    let context = waiting.establish();
    waiting.call(command::WAIT, &[], OLD_STATES);
    let mut other = Client::raw(&served);
    assert_eq!(other.words(command::CANCEL, &[context, 0]), [context, 0]);
    assert_eq!(waiting.receive_words(2), CANCELLED);
    assert!(waiting.is_silent(), "told once");
    // That no client waits is no error.
    assert_eq!(other.words(command::CANCEL, &[context, 0]), [context, 0]);
    assert!(waiting.is_silent());
    drop(waiting);
    let unknown = [context + 1, 0];
    assert_eq!(
        other.words(command::CANCEL, &unknown),
        [context + 1, 0x8010_0003]
    );
}

#[test]
fn cancelling_before_the_states_are_read_is_owed_like_a_change() {
    let served = Served::new(Stage::new());
    let mut waiting = client(&served, 6);
    let context = waiting.establish();
    waiting.send(&Client::request(command::WAIT, &[]));
    assert!(waiting.is_silent(), "and the service has taken note");
    let mut other = Client::raw(&served);
    assert_eq!(other.words(command::CANCEL, &[context, 0]), [context, 0]);
    waiting.call(command::ARRAY, &[], OLD_STATES);
    assert_eq!(waiting.receive_words(2), CANCELLED);
}

#[test]
fn everybody_who_waits_is_told() {
    let served = Served::new(Stage::new());
    let mut clients: Vec<_> = (0..20).map(|i| client(&served, 4 + i % 2)).collect();
    for client in &mut clients {
        client.call(command::WAIT, &[], OLD_STATES);
    }
    served.stage.insert();
    for client in &mut clients {
        assert_eq!(client.receive_words(2), CHANGED);
    }
}
