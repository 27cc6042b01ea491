//! Whether a proven fact answers what was asked.

use super::scene::{Scene, key_bytes, nobody};
use hefu_ledger::bundle::{At, Operations, Query, WrongAnswer};
use hefu_ledger::state::StateKey;
use hefu_primitives::Height;

/// Questions no two of which have the same answer.
fn questions(scene: &Scene) -> Vec<Query> {
    let (alice, bob) = (scene.alice.did, scene.bob.did);
    let operations = Operations::Named;
    let past = |did, height| Query::Past { did, at: At::Height(Height::new(height)), operations };
    vec![
        Query::Record(StateKey::Did(alice)),
        Query::Record(StateKey::Did(bob)),
        Query::Record(StateKey::Did(nobody())),
        Query::Record(StateKey::Rules),
        Query::KeyHolder(key_bytes(&scene.former)),
        Query::KeyHolder(key_bytes(&scene.bob.login[0])),
        Query::Transaction { id: scene.batch, of: Some(bob) },
        Query::Transaction { id: scene.batch, of: Some(scene.carol.did) },
        Query::History { did: alice, operations },
        Query::History { did: bob, operations },
        past(alice, 0),
        past(alice, 3),
        past(alice, 4),
        past(bob, 3),
        Query::Consistency { older: Height::new(2) },
        Query::Consistency { older: Height::new(3) },
    ]
}

#[test]
fn each_question_has_its_answer_and_no_other() {
    let scene = Scene::one_epoch();
    let questions = questions(&scene);
    for given in &questions {
        let proven = scene.verify(&scene.prove(*given)).unwrap();
        for asked in &questions {
            assert_eq!(proven.check_answer(asked).is_ok(), asked == given, "{asked:?} {given:?}");
        }
    }
}

#[test]
fn a_did_that_never_was_answers_every_question_about_it() {
    let scene = Scene::one_epoch();
    let proven = scene.verify(&scene.prove_did(nobody())).unwrap();
    let (did, operations) = (nobody(), Operations::Proved);
    assert_eq!(proven.check_answer(&Query::History { did, operations }), Ok(()));
    let past = |height| Query::Past { did, at: At::Height(Height::new(height)), operations };
    assert_eq!(proven.check_answer(&past(8)), Ok(()));
    assert_eq!(proven.check_answer(&past(9)), Err(WrongAnswer::OtherTime));
}

#[test]
fn a_whole_batch_answers_for_those_that_it_enrolled() {
    let scene = Scene::one_epoch();
    let id = scene.batch;
    let proven = scene.verify(&scene.prove(Query::Transaction { id, of: None })).unwrap();
    assert_eq!(proven.check_answer(&Query::Transaction { id, of: None }), Ok(()));
    assert_eq!(proven.check_answer(&Query::Transaction { id, of: Some(scene.bob.did) }), Ok(()));
    let dave = Query::Transaction { id, of: Some(scene.dave.did) };
    assert_eq!(proven.check_answer(&dave), Err(WrongAnswer::OtherFact));
}

#[test]
fn names_of_operations_are_not_their_transactions() {
    let scene = Scene::one_epoch();
    let did = scene.alice.did;
    let history = |operations| Query::History { did, operations };
    let proven = scene.verify(&scene.prove(history(Operations::Named))).unwrap();
    let all = history(Operations::Proved);
    assert_eq!(proven.check_answer(&all), Err(WrongAnswer::Unproved));
    let at = At::Time(scene.time().saturating_add(1));
    let late = Query::Past { did, at, operations: Operations::Named };
    let proven = scene.verify(&scene.prove_past(did, 8)).unwrap();
    assert_eq!(proven.check_answer(&late), Err(WrongAnswer::OtherTime));
}
