#pragma once
/// What one action of an experiment does: begins, lasts, and is undone.
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/process.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::fis {

struct ActionSpec;

/// A resource that an experiment aims at. Resolved once, at its start.
struct Resolved {
  std::string arn;
  std::string id;  // "i-00000001"
  Place place;
  Json described;  // as its service describes it
};

/// One action while it runs. The experiment owns it and outlives its process.
struct ActionRun {
  Cloud& cloud;
  const ActionSpec& spec;
  std::vector<Resolved> targets;
  std::map<std::string, std::string> aimed_by;  // parameters of its target: a zone, a namespace
  std::string role;                             // what its calls are made with
  std::map<std::string, std::string> roles;     // of target accounts, by account
  std::string label;  // "AzPower/stop": begins the names of random streams
  Place place;
  Signal halt;  // the experiment stops it
  bool halted = false;
  std::vector<std::function<void()>> undo;  // run backwards when it ends
  std::set<std::string> unfelt;             // quantities that no target has
  std::vector<std::string> started;         // ids of what the action started, to wait for and stop

  ActionRun(Cloud& in, const ActionSpec& what) : cloud{in}, spec{what}, halt{in.sim()} {}
  /// How the calls of an action in `at` are made.
  [[nodiscard]] Caller caller(const Place& at) const {
    const auto of_account = roles.find(at.account);
    return {at, of_account == roles.end() ? role : of_account->second, "fis.amazonaws.com"};
  }
};

/// begin: "" or why the action fails. wait: null lasts for the parameter `duration`, or not at
/// all; answers as begin. end: the post action, also of an action that is stopped.
struct Effect {
  Process<std::string> (*begin)(ActionRun&) = nullptr;
  Process<std::string> (*wait)(ActionRun&) = nullptr;
  Process<std::string> (*end)(ActionRun&) = nullptr;
};

}  // namespace opsim::fis
