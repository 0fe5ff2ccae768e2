//! What a decision and an account cost in a small house and in a large one, beside each other in the same minutes.
//!
//! Houses of several sizes are built first; then every kind of work is done in all of them in turn, round after round, and
//! what is told is the median over the rounds. The clock of a house is that of its rows. Nothing is asserted about speed.

pub(crate) mod place;
pub(crate) mod sizes;
mod usage;
pub(crate) mod visits;

use std::path::Path;

use place::{Where, build};
use usage::Usage;
use visits::Visits;

use crate::town::Town;

/// How much is built and measured.
#[derive(Clone)]
pub(crate) struct Plan {
    /// The sizes of the houses, in accounts.
    pub(crate) accounts: Vec<i64>,
    /// Lines in the activity list of each account.
    pub(crate) lines: i64,
    pub(crate) rounds: usize,
    /// Sign-ins in a turn; of what costs less or more there are more or fewer.
    pub(crate) times: usize,
}

/// The cost of one kind of work in each house.
pub(crate) struct Cost {
    pub(crate) work: &'static str,
    /// Of each house the cost of one, in each round.
    pub(crate) houses: Vec<Vec<Usage>>,
}

/// Builds and measures on one engine, and tells what it found.
pub(crate) async fn measured(plan: &Plan, place: Where<'_>) -> Vec<Cost> {
    let mut houses = Vec::new();
    for accounts in &plan.accounts {
        let (accounts, passing) = (*accounts, (accounts / 10).max(50));
        let town = Town { accounts, left: 200, lines: plan.lines, passing };
        houses.push(build(&place, town).await);
    }
    sizes::told(&houses).await;
    let mut visits = Vec::new();
    for house in &houses {
        visits.push(Visits::of(house).await);
    }
    let mut costs = Vec::new();
    for (work, share, visit) in visits::KINDS {
        let mut rounds = vec![Vec::new(); houses.len()];
        let times = (plan.times * share.0 / share.1).max(1);
        // The first round warms up.
        for round in 0..=plan.rounds {
            for (visits, rounds) in visits.iter_mut().zip(&mut rounds) {
                let usage = visit.turn(visits, times).await;
                if round > 0 {
                    rounds.push(usage);
                }
            }
        }
        let cost = Cost { work, houses: rounds };
        tell(plan, &cost);
        costs.push(cost);
    }
    for house in houses {
        house.leave().await;
    }
    costs
}

fn tell(plan: &Plan, cost: &Cost) {
    let figure = |of: fn(&Usage) -> f64| {
        let each =
            cost.houses.iter().map(|rounds| format!("{:>9.1}", median(rounds.iter().map(of)) * 1e6));
        let ratio = cost.houses.first().zip(cost.houses.last()).map(|(small, large)| {
            median(small.iter().zip(large).map(|(small, large)| of(large) / of(small)))
        });
        format!("{}   {:>5.2}", each.collect::<String>(), ratio.unwrap_or(f64::NAN))
    };
    if cost.work == visits::KINDS[0].0 {
        let sizes = plan.accounts.iter().map(|accounts| format!("{accounts:>9}")).collect::<String>();
        println!("  {:<46}{sizes}   largest : smallest", "accounts");
    }
    println!("  {:<46}{}", format!("{}, µs of the clock", cost.work), figure(|usage| usage.wall));
    println!("  {:<46}{}", "    µs of processors", figure(|usage| usage.cpu));
}

pub(crate) fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures = figures.collect::<Vec<_>>();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// On SQLite, in a folder of its own below this one; and on PostgreSQL, where a server is named.
pub(crate) async fn on_both(plan: &Plan, folder: &Path) -> Vec<Cost> {
    println!("SQLite");
    let mut costs = measured(plan, Where::Folder(folder)).await;
    match std::env::var("GENKAN_TEST_POSTGRES") {
        Ok(server) => {
            println!("\nPostgreSQL");
            costs.extend(measured(plan, Where::Server(&server)).await);
        }
        Err(_) => eprintln!("skipped: GENKAN_TEST_POSTGRES is not set"),
    }
    costs
}
