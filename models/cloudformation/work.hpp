#pragma once
/// Many resources side by side, each after what it needs.
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "models/cloudformation/cloudformation.hpp"

namespace opsim::cloudformation {

struct WorkItem {
  enum class State : std::uint8_t { waiting, running, done, failed };
  std::uint32_t number = 0;
  std::vector<std::uint32_t> after = {};  // numbers of items; what is none counts as done
  State state = State::waiting;
  std::string failure = {};
};

struct Work {
  std::vector<WorkItem> items;
  std::function<Process<std::string>(std::uint32_t)> act;  // "" or why it failed
  /// The first failure, or the end of patience (stack.cancelled), stops what runs.
  bool stops_on_failure = true;

  [[nodiscard]] std::vector<std::uint32_t> in_state(WorkItem::State state) const;
};

/// Until all is done, or nothing more can be. Items still running when it stops stay `running`.
Process<> run_work(CloudFormation& cfn, Stack& stack, Work& work);

/// Every wanted resource, after what it needs.
[[nodiscard]] std::vector<WorkItem> forward_items(const Assembly& assembly);
/// The given resources, each after those that need it.
[[nodiscard]] std::vector<WorkItem> backward_items(const Assembly& assembly,
                                                   const std::set<std::uint32_t>& numbers);
/// "[A, B]", in the order of the template.
[[nodiscard]] std::string names_of(const Assembly& assembly,
                                   const std::vector<std::uint32_t>& numbers);

}  // namespace opsim::cloudformation
