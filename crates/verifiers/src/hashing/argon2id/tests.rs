//! Guards of one hash: the dummy, the bounds, the parameters. What cannot be seen from outside the crate.

use super::*;

const SMALL: HashParams = HashParams { memory_kib: 64, passes: 1, lanes: 1 };

fn buffer(params: HashParams) -> Buffer {
    Buffer::new(params, Arc::new(Mutex::new(()))).unwrap()
}

/// security.md H2, and parse-server's dummy that could be matched: even the right password of the dummy is wrong.
#[test]
fn the_dummy_matches_nothing_even_when_its_own_password_is_typed() {
    let mut buffer = buffer(SMALL);
    let mut recipe = Recipe::new(SMALL).unwrap();
    let own = recipe.hash(&mut buffer, b"the password of the dummy").unwrap();
    recipe.dummy = recipe.read(own.as_str()).unwrap();

    let real = recipe.verify(&mut buffer, b"the password of the dummy", Some(own.as_str()));
    assert_eq!(real.unwrap(), Verified { matched: true, outdated: false });
    let dummy = recipe.verify(&mut buffer, b"the password of the dummy", None);
    assert_eq!(dummy.unwrap(), Verified { matched: false, outdated: false });
}

/// security.md H2: what stands in for a missing hash costs what a current one costs.
#[test]
fn the_dummy_has_the_parameters_of_new_hashes() {
    let mut buffer = buffer(SMALL);
    let recipe = Recipe::new(SMALL).unwrap();
    let made = recipe.hash(&mut buffer, b"anything").unwrap();
    let made = recipe.read(made.as_str()).unwrap();
    let shape = |stored: &Stored| {
        let params = stored.argon2.params();
        (params.m_cost(), params.t_cost(), params.p_cost(), stored.salt.len(), stored.output.len())
    };
    assert_eq!(shape(&made), shape(&recipe.dummy));
    assert!(made.current && recipe.dummy.current);
}

/// A stored hash that needs more memory gets it for that one hash; the thread's buffer stays as it was.
#[test]
fn a_larger_stored_hash_leaves_the_buffer_as_it_was() {
    let large = HashParams { memory_kib: 512, passes: 1, lanes: 2 };
    let stored = Recipe::new(large).unwrap().hash(&mut buffer(large), b"imported").unwrap();

    let mut buffer = buffer(SMALL);
    let recipe = Recipe::new(SMALL).unwrap();
    let found = recipe.verify(&mut buffer, b"imported", Some(stored.as_str())).unwrap();
    assert_eq!(found, Verified { matched: true, outdated: true });
    assert_eq!((buffer.blocks.len(), buffer.blocks.capacity()), (64, GIVEN_BACK));
}

/// security.md I3: bounds on what a stored text may make us compute.
#[test]
fn stored_parameters_beyond_the_bounds_are_not_read() {
    let recipe = Recipe::new(SMALL).unwrap();
    let tail = "$c2FsdHNhbHRzYWx0c2FsdA$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";
    let read = |text: &str| recipe.read(&format!("{text}{tail}")).is_some();
    assert!(read("$argon2id$v=19$m=64,t=1,p=1"));
    assert!(read("$argon2id$v=19$m=1048576,t=4,p=1"));
    assert!(!read("$argon2id$v=19$m=1048577,t=1,p=1"), "more than 1 GiB");
    assert!(!read("$argon2id$v=19$m=1048576,t=5,p=1"), "too much work");
    assert!(!read("$argon2id$v=19$m=64,t=4294967295,p=1"), "too much work");
    assert!(!read("$argon2id$v=19$m=4096,t=1,p=65"), "too many lanes");
    assert!(!read("$argon2id$v=19$m=4294967295,t=4294967295,p=1"), "overflow");
    assert!(!read("$argon2id$m=64,t=1,p=1"), "no version");
    assert!(!read("$argon2id$v=20$m=64,t=1,p=1"), "unknown version");
}

#[test]
fn options_beyond_the_bounds_do_not_start() {
    let costly = HashParams { memory_kib: 2 * 1024 * 1024, passes: 1, lanes: 1 };
    assert!(matches!(Recipe::new(costly), Err(HashFault::TooCostly)));
    let slow = HashParams { memory_kib: 1024 * 1024, passes: 100, lanes: 1 };
    assert!(matches!(Recipe::new(slow), Err(HashFault::TooCostly)));
    let none = HashParams { memory_kib: 0, passes: 1, lanes: 1 };
    assert!(matches!(Recipe::new(none), Err(HashFault::Params)));
}
