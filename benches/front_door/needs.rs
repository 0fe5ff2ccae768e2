//! What the house needs: the time of a start, memory at rest and in a flood, the size of the program, the bytes of a page.
//!
//! Memory is told of a house that has done nothing else. At rest is a quarter of a minute after the start, when the buffers
//! of the start's hashes are given back; a flood's peak is forgotten before the flood, so that it is the flood's own. What
//! is "its own" is memory that the system could not get back from a file: the rest are pages of the program as far as they
//! were touched, which other processes of the same program share.

use std::io::{Error, Result};
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::house::{self, House};
use crate::load::{Pace, pour};
use crate::measure::{Memory, forget_peak, peak_mib};
use crate::{FLOOD, Plan, milliseconds, page, threads};

/// The house has just been started anew.
pub(crate) fn measured(
    runtime: &Runtime,
    plan: &Plan,
    house: &House,
    first_start: Duration,
) -> Result<()> {
    let pid = house.pid();
    let begun = Memory::of(pid);
    let program = std::fs::metadata(house::program())?.len() as f64 / 1_048_576.0;
    println!(
        "  from start to first answer {} (with making the tables {}); program {program:.1} MiB",
        milliseconds(house.started_in),
        milliseconds(first_start),
    );
    rest(plan);
    println!("  in memory {begun} a moment after start, {} {:?} later", Memory::of(pid), plan.rest);
    in_a_flood(runtime, plan, house)?;
    let weights = runtime.block_on(page::weigh(house.address))?;
    let all = weights.iter().map(|(_, bytes)| bytes).sum::<usize>();
    let each = weights.iter().map(|(path, bytes)| format!("{path} {bytes}")).collect::<Vec<_>>();
    println!("  sign-in page over the network {all} bytes: {}", each.join(", "));
    Ok(())
}

/// Memory while so many clients pour in wrong passwords, and when they have left.
fn in_a_flood(runtime: &Runtime, plan: &Plan, house: &House) -> Result<()> {
    let pid = house.pid();
    forget_peak(pid)?;
    let scripts = house::guessers(FLOOD);
    let length = Pace::Flat(plan.turn * u32::try_from(plan.rounds).map_err(Error::other)?);
    let (heard, highest) = runtime.block_on(async {
        let mut flood = std::pin::pin!(pour(house.address, &scripts, length, 401));
        let mut highest = Memory::default();
        loop {
            match tokio::time::timeout(LOOK, &mut flood).await {
                Ok(heard) => return Ok::<_, Error>((heard?, highest)),
                Err(_) => highest = highest.higher(Memory::of(pid)),
            }
        }
    })?;
    let peak = peak_mib(pid);
    rest(plan);
    println!(
        "  … while {FLOOD} clients guess at most {peak:.0} MiB ({:.1} its own, of which {} hash threads need {}), {} {:?} \
         after they have left; {} guesses, {} turned away",
        highest.own,
        threads(),
        threads() * 19,
        Memory::of(pid),
        plan.rest,
        heard.times.len(),
        heard.refusals.len(),
    );
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the house is to be left alone for so long")]
fn rest(plan: &Plan) {
    std::thread::sleep(plan.rest);
}

/// How often memory is looked at during a flood.
const LOOK: Duration = Duration::from_millis(100);
