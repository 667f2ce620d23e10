#pragma once
/// Processes: what takes simulated time, written top-down as a coroutine.
///
///   Process<> drive(Simulation& sim, Lift& lift) {
///     co_await sim.sleep(5min);
///     if (!co_await with_timeout(lift.arrives(), 30s)) co_return;
///   }
///
/// Everything of the kernel that is awaited comes with this header, but signals and channels.
#include "opsim/kernel/detail/promise.hpp"
#include "opsim/kernel/race.hpp"
#include "opsim/kernel/scope.hpp"
#include "opsim/kernel/simulation.hpp"
#include "opsim/kernel/sleep.hpp"
